# SPDX-License-Identifier: Apache-2.0
"""`X.lock`, the lock of the bus."""

import errno
import fcntl
import os
import signal
import stat

import files

TIMEOUT = 30


class LockTimeout(Exception):
    """Somebody has held the lock for too long."""


def _expired(_number, _frame):
    raise LockTimeout("X.lock is held by another process")


class BusLock:
    """The exclusive lock; a context manager that is not reentrant."""

    def __init__(self, bus, beside):
        self._path = bus.lock
        self._beside = beside
        self._fd = -1
        self.opened = 0

    def __enter__(self):
        while True:
            if self._fd < 0:
                self._open()
            self._wait()
            if files.same_file(self._path, self._fd):
                return self
            self._close()

    def __exit__(self, *_):
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def still_named(self):
        """Tell whether the lock file is still at its path."""
        return files.same_file(self._path, self._fd)

    def _close(self):
        os.close(self._fd)
        self._fd = -1

    def _open(self):
        """Open the lock file, or create it."""
        while self._fd < 0:
            try:
                self._fd = self._open_existing()
            except FileNotFoundError:
                self._create()
        self.opened += 1
        if not stat.S_ISREG(os.fstat(self._fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", self._path)

    def _open_existing(self):
        flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            return os.open(self._path, os.O_RDWR | flags)
        except PermissionError:
            return os.open(self._path, os.O_RDONLY | flags)

    def _create(self):
        try:
            self._fd = files.create(self._path, self._beside.first_mode())
        except FileExistsError:
            return
        self._beside.set_file(self._fd)

    def _wait(self):
        """Take the lock, but do not wait for ever."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait_with_alarm()

    def _wait_with_alarm(self):
        previous = signal.signal(signal.SIGALRM, _expired)
        signal.setitimer(signal.ITIMER_REAL, TIMEOUT)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
