# SPDX-License-Identifier: Apache-2.0
"""Wait until a directory changes, a signal comes, or time is up."""

import ctypes
import os
import select

import stop

IN_ATTRIB = 0x4
IN_MOVED = 0xC0
IN_CREATE = 0x100
IN_DELETE = 0x200
IN_SELF = 0xC00
IN_IGNORED = 0x8000
ANY = IN_MOVED | IN_CREATE | IN_DELETE | IN_SELF
REMOVED = 0x40 | IN_DELETE | IN_SELF

_libc = ctypes.CDLL(None, use_errno=True)


class Watch:
    """Watches directories with inotify; without it, waits at intervals."""

    def __init__(self):
        self._fd = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._watched = {}

    def add(self, path, mask=ANY):
        """Watch `path`. Return True if it was not watched before.

        Look at the directory again in that case: it may have changed before.
        """
        try:
            inode = os.stat(path).st_ino
        except OSError:
            return False
        if self._fd < 0 or self._watched.get(path, (0, 0))[1] == inode:
            return False
        number = _libc.inotify_add_watch(self._fd, os.fsencode(path), mask)
        if number < 0:
            return False
        self._watched[path] = (number, inode)
        return True

    def wait(self, seconds):
        """Wait for an event, a signal, or until `seconds` have passed."""
        files = [stop.wakeup_fd()] + ([self._fd] if self._fd >= 0 else [])
        ready, _, _ = select.select(files, [], [], seconds)
        if self._fd in ready:
            self._drain()

    def _drain(self):
        """Throw the events away: each one only means "look again"."""
        try:
            while os.read(self._fd, 65536):
                pass
        except BlockingIOError:
            pass
