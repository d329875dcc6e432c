# SPDX-License-Identifier: Apache-2.0
"""The lock of the original: flock(2) on X.lock, retried every 50 ms, like the Python package filelock."""

import contextlib
import fcntl
import os
import time

POLL_INTERVAL = 0.05


class PeerLock:
    """Keeps the file. With unlinks=True, removes it while it is held, like filelock 3.21 to 3.29."""

    def __init__(self, path, unlinks=False):
        self.path = path
        self.unlinks = unlinks
        self.fd = None

    def __enter__(self):
        while not self._try():
            time.sleep(POLL_INTERVAL)
        return self

    def __exit__(self, *_):
        if self.unlinks:
            os.unlink(self.path)
        fcntl.flock(self.fd, fcntl.LOCK_UN)
        os.close(self.fd)

    def _try(self):
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        with contextlib.suppress(PermissionError):
            os.fchmod(self.fd, 0o644)
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self.fd)
            return False
        if self.unlinks and os.fstat(self.fd).st_nlink == 0:
            os.close(self.fd)
            return False
        return True
