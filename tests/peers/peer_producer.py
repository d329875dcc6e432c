# SPDX-License-Identifier: Apache-2.0
"""A producer that behaves like that of filebus 0.0.4: no numbers, and all work is done under the lock.

usage: peer_producer.py FILE [--unlink-lock] < INPUT
"""

import io
import os
import sys
import tarfile
import time

from peer_lock import PeerLock

BLOCK_SIZE = 4094


class PeerProducer:
    def __init__(self, path, unlinks_lock=False):
        self.path = path
        self.lock = PeerLock(path + ".lock", unlinks_lock)
        with self.lock, open(path, "ab"):
            pass  # an empty bus, if there is none

    def publish(self, payload):
        entry = tarfile.TarInfo("from_server")
        entry.size = len(payload)
        entry.mtime = int(time.time())
        new_path = self.path + ".__new__"
        with self.lock:
            with tarfile.open(new_path, "w", format=tarfile.USTAR_FORMAT) as tar:
                tar.addfile(entry, io.BytesIO(payload))
            os.rename(new_path, self.path)


def main():
    producer = PeerProducer(sys.argv[1], "--unlink-lock" in sys.argv)
    while chunk := os.read(0, BLOCK_SIZE):
        producer.publish(chunk)


if __name__ == "__main__":
    main()
