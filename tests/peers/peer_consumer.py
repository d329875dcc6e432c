# SPDX-License-Identifier: Apache-2.0
"""A consumer that behaves like that of filebus 0.0.4.

It distinguishes a new chunk from an old one only by the inode number, and looks at most every 100 ms.

usage: peer_consumer.py FILE [--unlink-lock]
"""

import os
import sys
import tarfile
import time

from peer_lock import PeerLock

LOOK_INTERVAL = 0.1
PAYLOAD_NAME = "from_server"


class PeerConsumer:
    def __init__(self, path, unlinks_lock=False):
        self.path = path
        self.lock = PeerLock(path + ".lock", unlinks_lock)
        self.last_inode = None

    def look(self, show):
        """Looks once, and calls show() with each payload while it holds the lock."""
        with self.lock, open(self.path, "rb") as bus:
            status = os.fstat(bus.fileno())
            if status.st_size == 0 or status.st_ino == self.last_inode:
                return
            with tarfile.open(fileobj=bus, mode="r") as tar:
                for entry in tar:
                    if entry.name == PAYLOAD_NAME:
                        show(tar.extractfile(entry).read())
            self.last_inode = status.st_ino


def show_on_stdout(payload):
    sys.stdout.buffer.write(payload)
    sys.stdout.buffer.flush()


def main():
    consumer = PeerConsumer(sys.argv[1], "--unlink-lock" in sys.argv)
    while True:
        consumer.look(show_on_stdout)
        time.sleep(LOOK_INTERVAL)


if __name__ == "__main__":
    main()
