# SPDX-License-Identifier: Apache-2.0
"""The rights of what is made beside X."""

import os
import stat

import acl


class Beside:
    """Makes files and directories with the rights of the directory of X."""

    def __init__(self, directory):
        status = os.stat(directory)
        self._sticky = bool(status.st_mode & stat.S_ISVTX)
        self._group = status.st_gid
        self._mode = status.st_mode & 0o777
        self._setgid = status.st_mode & stat.S_ISGID
        self._list = acl.read(directory)
        self._default = acl.read(directory, acl.DEFAULT)

    def make_directory(self, path):
        """Make a directory, unless there is one already."""
        try:
            os.mkdir(path, 0o755)
        except FileExistsError:
            return
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            self._set(fd, self._mode | self._setgid, self._list)
            if self._default is not None:
                acl.write(fd, self._default, acl.DEFAULT)
        finally:
            os.close(fd)

    def first_mode(self):
        """Return the mode with which a file is to be created."""
        return 0o644

    def set_file(self, fd, extra=0):
        """Give a new file its rights, and the mode bits `extra`."""
        entries = acl.without_execute(self._list)
        self._set(fd, self._mode & 0o666, entries, extra)

    def _set(self, fd, mode, entries, extra=0):
        """Set group, list and mode; in a sticky directory, only `extra`."""
        if self._sticky:
            if extra:
                os.fchmod(fd, stat.S_IMODE(os.fstat(fd).st_mode) | extra)
            return
        if os.fstat(fd).st_gid != self._group:
            change_group(fd, self._group)
        acl.write(fd, entries)
        os.fchmod(fd, mode | extra)


def change_group(fd, group):
    """Give a file a group, and tell whether that was permitted."""
    try:
        os.fchown(fd, -1, group)
    except PermissionError:
        return False
    return True
