# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "Rights": what a chunk inherits from the X that it replaces, and what changes when X is restricted."""

import contextlib
import os
import stat

from place import ACCESS_LIST, READ, Refused, attribute, entry, listing, sequences

OTHERS_WRITE = 0o022


def trusts(status):
    return status.st_uid in (0, os.geteuid())


def attributes_of(path):
    with contextlib.suppress(OSError):
        names = os.listxattr(path, follow_symlinks=False)
        return {name: os.getxattr(path, name, follow_symlinks=False) for name in names if name.startswith("user.")}
    return {}


class Rights:
    """The permissions of X, as its owner has set them."""

    def __init__(self, path, status):
        self.mode = stat.S_IMODE(status.st_mode) & 0o1777
        self.group = status.st_gid
        self.list = attribute(path, ACCESS_LIST)
        self.attributes = attributes_of(path)
        if not trusts(status):
            if self.list:
                raise Refused(f"{path} belongs to another user and has an access control list; this program cannot restrict that")
            self.mode &= ~OTHERS_WRITE

    def access(self):
        return self.mode, self.group, self.list

    def give_to(self, fd):
        """At no moment are the permissions wider than those of X."""
        mode = self.mode
        for name, value in self.attributes.items():
            os.setxattr(fd, name, value)
        if self.group != os.fstat(fd).st_gid:
            try:
                os.fchown(fd, -1, self.group)
            except PermissionError:
                mode = (mode & ~0o070) | ((mode & 0o007) << 3 & mode)
        if self.list:
            os.setxattr(fd, ACCESS_LIST, self.list)
        os.fchmod(fd, mode)

    def lets_read(self, user, group):
        """Ignores the access control list, so some users count as excluded although they are not."""
        if user in (0, os.geteuid()):
            return True
        return bool(self.mode & (0o040 if group == self.group else 0o004))

    def restrict(self, directory):
        """No chunk in the spool keeps wider permissions than X."""
        for sequence in sequences(directory):
            with contextlib.suppress(FileNotFoundError):
                fd = os.open(entry(directory, sequence), READ)
                mode = stat.S_IMODE(os.fstat(fd).st_mode)
                if mode & 0o077 & ~self.mode:
                    os.fchmod(fd, mode & (self.mode | 0o1700))
                os.close(fd)


def follow_past(place, rights):
    rights.restrict(place.history)
    for name in listing(place.inboxes):
        rights.restrict(os.path.join(place.inboxes, name))
        rights.restrict(os.path.join(place.inboxes, name, "held"))
