# SPDX-License-Identifier: Apache-2.0
"""The rights that a chunk takes over from the X that it replaces."""

import os
import stat
from dataclasses import dataclass, replace

import acl
from beside import change_group

MOST_ATTRIBUTES = 64
MOST_ATTRIBUTE_BYTES = 65_536
WRITE = 2


@dataclass
class Rights:
    """Mode, group, list and attributes of a file."""

    mode: int
    group: int
    entries: dict | None
    attributes: dict
    owner: int

    @property
    def openness(self):
        """Return what decides who may read; a change restricts the past."""
        return (self.mode, self.group, self.entries)

    @property
    def list(self):
        """Return the list, or the one that says the same as the mode."""
        return self.entries or acl.from_mode(self.mode)

    def without_foreign_write(self):
        """Let nobody but the owner write, if X is of a third user."""
        if self.owner in (0, os.geteuid()):
            return self
        return replace(self, mode=self.mode & ~0o022,
                       entries=acl.without(self.entries, WRITE))

    def without_group(self):
        """Give the group no more than others have.

        With a list, the group bits of the mode are its mask: leave them.
        """
        if self.entries is None:
            return replace(self, mode=_narrow_mode(self.mode))
        return replace(self, entries=_narrow_list(self.entries))


def _narrow_mode(mode):
    return mode & ~0o070 | (mode & 0o070) & ((mode & 0o007) << 3)


def _narrow_list(entries):
    other = entries[acl.OTHER, 0xFFFFFFFF]
    key = (acl.GROUP_OBJ, 0xFFFFFFFF)
    return {**entries, key: entries[key] & other}


def _attributes(target):
    try:
        names = [name for name in os.listxattr(target)
                 if name.startswith("user.")]
    except OSError:
        return {}
    found = {name: os.getxattr(target, name) for name in names}
    if len(found) > MOST_ATTRIBUTES or \
            sum(map(len, found.values())) > MOST_ATTRIBUTE_BYTES:
        raise OSError(f"X has too many extended attributes: {len(found)}")
    return found


def read(path):
    """Return the rights of a file; None if there is none."""
    try:
        return _read(path, os.lstat(path))
    except FileNotFoundError:
        return None


def read_open(fd):
    """Return the rights of an open file."""
    return _read(fd, os.fstat(fd))


def _read(target, status):
    mode = stat.S_IMODE(status.st_mode) & ~(stat.S_ISUID | stat.S_ISGID)
    return Rights(mode, status.st_gid, acl.read(target), _attributes(target),
                  status.st_uid)


def apply(fd, rights):
    """Give a staged file the rights of X, and never more on the way."""
    rights = rights.without_foreign_write()
    if os.fstat(fd).st_gid != rights.group \
            and not change_group(fd, rights.group):
        rights = rights.without_group()
    _set_attributes(fd, rights.attributes)
    acl.write(fd, rights.entries)
    os.fchmod(fd, rights.mode)


def _set_attributes(fd, attributes):
    present = _attributes(fd)
    for name in present.keys() - attributes.keys():
        os.removexattr(fd, name)
    for name, value in attributes.items():
        if present.get(name) != value:
            os.setxattr(fd, name, value)


def open_for_directory_group(fd, bus):
    """Let the group of a set-group-ID directory read a first chunk."""
    status = os.stat(bus.directory)
    if not status.st_mode & stat.S_ISGID \
            or acl.read(bus.directory, acl.DEFAULT) is not None:
        return
    mode = stat.S_IMODE(os.fstat(fd).st_mode)
    os.fchmod(fd, mode | status.st_mode & 0o040)
