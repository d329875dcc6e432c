# SPDX-License-Identifier: Apache-2.0
"""Make an owner file, keep it locked, and give it up."""

import errno
import fcntl
import os
import stat
import uuid

import beside
import files
import paths
import process


class NoLocks(Exception):
    """The file system does not lock; nobody may work there."""


class OwnerFile:
    """An owner file of this process."""

    def __init__(self, path):
        """Make the owner file; raise FileExistsError if its name is taken."""
        self.path = path
        self._fd = -1
        while self._fd < 0:
            _remove_unfinished(os.path.dirname(path))
            self._fd = self._make()

    def _make(self):
        """Make the file; return -1 if another process disturbed that."""
        first = f"{os.path.dirname(self.path)}/.{uuid.uuid4()}.owner"
        fd = files.create(first, 0o644)
        try:
            done = self._finish(fd, first)
        except BaseException:
            os.close(fd)
            raise
        finally:
            files.unlink(first)
        if not done:
            os.close(fd)
        return fd if done else -1

    def _finish(self, fd, first):
        if not _lock(fd):
            return False
        try:
            _prove_lock(first)
            files.write_all(fd, process.own().lines())
            _set_rights(fd, os.path.dirname(self.path))
            os.link(first, self.path)
        except FileNotFoundError:
            return False
        return True

    def intact(self):
        """Tell whether the name still leads to this file."""
        return files.same_file(self.path, self._fd)

    def give_up(self):
        """Remove the file, and then let its lock go."""
        if self._fd < 0:
            return
        if self.intact():
            files.unlink(self.path)
        os.close(self._fd)
        self._fd = -1


def _lock(fd):
    """Lock a new file; False if another process is looking at it."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise NoLocks(str(error)) from None
    return True


def _prove_lock(path):
    """Make sure that a second descriptor cannot get the lock."""
    fd = files.open_to_read(path)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    except OSError as error:
        raise NoLocks(str(error)) from None
    finally:
        os.close(fd)
    raise NoLocks("the file system does not lock")


def _set_rights(fd, directory):
    status = os.stat(directory)
    beside.change_group(fd, status.st_gid)
    os.fchmod(fd, status.st_mode & 0o666)


def _remove_unfinished(directory):
    """Remove the unfinished owner files of processes that were killed."""
    for name in os.listdir(directory):
        if paths.is_unfinished(name):
            _remove_if_unlocked(f"{directory}/{name}")


def _remove_if_unlocked(path):
    try:
        fd = files.open_to_read(path)
    except OSError:
        return
    try:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            files.unlink(path)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EPERM, errno.EACCES):
            raise
    finally:
        os.close(fd)
