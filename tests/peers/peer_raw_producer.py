# SPDX-License-Identifier: Apache-2.0
"""A producer that behaves like that of filebus 0.3.5: raw bytes, staged under the lock at X.__new__.

With --lossless it publishes only when there is no chunk, and ends with an empty one.

usage: peer_raw_producer.py FILE [--lossless] [--unlink-lock] < INPUT
"""

import os
import sys
import time

from peer_lock import PeerLock

BLOCK_SIZE = 4096
LOOK_INTERVAL = 0.1


class PeerRawProducer:
    def __init__(self, path, lossless=False, unlinks_lock=False):
        self.path = path
        self.lossless = lossless
        self.lock = PeerLock(path + ".lock", unlinks_lock)

    def publish(self, payload):
        while not self._try(payload):
            pass

    def end(self):
        if self.lossless:
            self.publish(b"")

    def _try(self, payload):
        while self.lossless and os.path.exists(self.path):
            time.sleep(LOOK_INTERVAL)
        with self.lock:
            if self.lossless and os.path.exists(self.path):
                return False
            with open(self.path + ".__new__", "wb") as new_file:
                new_file.write(payload)
            os.rename(self.path + ".__new__", self.path)
        return True


def main():
    producer = PeerRawProducer(sys.argv[1], "--lossless" in sys.argv, "--unlink-lock" in sys.argv)
    while chunk := os.read(0, BLOCK_SIZE):
        producer.publish(chunk)
    producer.end()


if __name__ == "__main__":
    main()
