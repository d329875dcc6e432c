# SPDX-License-Identifier: Apache-2.0
"""Check what is at the paths of a bus, and make its directories."""

import errno
import fcntl
import os
import stat
import time

import kernel


class Refused(Exception):
    """This program must not work on such a bus."""


def _mode(path):
    """Return the mode of what is at `path`; 0 if nothing is there."""
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return 0


def _check_type(path, is_right, what):
    mode = _mode(path)
    if not mode:
        return
    if not is_right(mode):
        raise Refused(f"{path} is not a {what}")
    if kernel.is_mount_root(path):
        raise Refused(f"{path} is a mount point")


def _check_lengths(bus):
    name = os.fsencode(os.path.basename(bus.path))
    if not name or len(name) + len(".lock") > 255:
        raise Refused("the name of the bus is too long")
    if len(os.fsencode(bus.path)) + 87 >= 4096:
        raise Refused("the path of the bus is too long")


def check(bus):
    """Refuse whatever is no bus, before anything is created."""
    _check_lengths(bus)
    for path in (bus.path, bus.lock):
        _check_type(path, stat.S_ISREG, "regular file")
    for path in (bus.root, bus.staging, bus.history, bus.producers,
                 bus.inboxes, bus.damaged):
        _check_type(path, stat.S_ISDIR, "directory")
    remote = kernel.remote_type(bus.directory)
    if remote:
        raise Refused(f"{bus.path} is on a remote file system ({remote})")


def check_owner(bus):
    """Refuse the X of somebody else in a sticky directory."""
    sticky = os.stat(bus.directory).st_mode & stat.S_ISVTX
    if not sticky or not _mode(bus.path):
        return
    if os.geteuid() not in (0, os.lstat(bus.path).st_uid):
        raise Refused(f"{bus.path} belongs to somebody else")


def make(bus, beside, with_inbox):
    """Make the directories that are missing."""
    wanted = [bus.root, bus.staging, bus.history, bus.producers]
    for path in wanted + [bus.inboxes] * with_inbox:
        beside.make_directory(path)


def hold(bus):
    """Keep cleaners away; return the descriptor to keep, or -1."""
    fd = os.open(bus.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        return -1
    return fd


class AccessTimes:
    """Sets the access times of X and X.lock at the start and every hour."""

    def __init__(self, bus):
        self._paths = (bus.path, bus.lock)
        self._next = 0.0

    def refresh(self):
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 3600
        for path in self._paths:
            self._touch(path)

    def _touch(self, path):
        try:
            status = os.lstat(path)
            os.utime(path, ns=(time.time_ns(), status.st_mtime_ns),
                     follow_symlinks=False)
        except OSError as error:
            if error.errno == errno.EIO:
                raise
