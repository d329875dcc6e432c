# SPDX-License-Identifier: Apache-2.0
"""A consumer that behaves like that of filebus 0.3.5: it holds the lock while it reads and prints.

Without --lossless it distinguishes a new chunk from an old one only by the inode number, and never exits. With --lossless it removes
each chunk it has printed, and exits at an empty chunk.

usage: peer_raw_consumer.py FILE [--lossless] [--unlink-lock]
"""

import os
import pathlib
import sys
import time

from peer_lock import PeerLock

LOOK_INTERVAL = 0.1


class PeerRawConsumer:
    def __init__(self, path, unlinks_lock=False):
        self.path = path
        self.lock = PeerLock(path + ".lock", unlinks_lock)
        self.last_inode = None

    def look(self, show):
        """One look of a lossy consumer. Calls show() while it holds the lock."""
        if not os.path.exists(self.path) or os.stat(self.path).st_ino == self.last_inode:
            return
        with self.lock, open(self.path, "rb") as bus:
            self.last_inode = os.fstat(bus.fileno()).st_ino
            show(bus.read())

    def take(self, show):
        """Takes one chunk. False if it was the end."""
        while not os.path.exists(self.path):
            time.sleep(LOOK_INTERVAL)
        with self.lock:
            try:
                content = pathlib.Path(self.path).read_bytes()
            except FileNotFoundError:  # another consumer was faster
                return True
            show(content)
            os.unlink(self.path)
            return bool(content)


def show_on_stdout(payload):
    sys.stdout.buffer.write(payload)
    sys.stdout.buffer.flush()


def main():
    consumer = PeerRawConsumer(sys.argv[1], "--unlink-lock" in sys.argv)
    if "--lossless" in sys.argv:
        while consumer.take(show_on_stdout):
            pass
        return
    while True:
        consumer.look(show_on_stdout)
        time.sleep(LOOK_INTERVAL)


if __name__ == "__main__":
    main()
