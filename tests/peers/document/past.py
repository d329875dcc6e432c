# SPDX-License-Identifier: Apache-2.0
"""Keep what was published before from being more open than X."""

import os
import stat

import acl
import chunkrights
import files
import paths
from metadata import NotAChunk


class Past:
    """Restricts the entries of a bus; `X.lock` must be held."""

    def __init__(self, bus, identity):
        self._bus = bus
        self._copy = f"{bus.staging}/{identity}.copy"

    def restrict(self, rights):
        """Restrict all entries to what both the entry and X permit."""
        for sequence in paths.sequences_or_none(self._bus.history):
            self._restrict(self._bus.entry(sequence), rights, True)
        for directory in self._spools():
            for sequence in paths.sequences_or_none(directory):
                self._restrict(f"{directory}/{sequence:020d}", rights, False)
        self._clear_staging(rights)

    def _spools(self):
        """Return all inboxes, and what is held in them."""
        try:
            names = [n for n in os.listdir(self._bus.inboxes)
                     if paths.is_name(n)]
        except FileNotFoundError:
            return []
        inboxes = [self._bus.inbox(name) for name in names]
        return inboxes + [f"{inbox}/held" for inbox in inboxes]

    def _restrict(self, path, rights, removable):
        try:
            fd = files.open_to_read(path)
        except FileNotFoundError:
            return
        except PermissionError:
            if removable:
                files.unlink(path)
            return
        except OSError:
            return
        try:
            self._restrict_open(fd, path, rights)
        finally:
            os.close(fd)

    def _restrict_open(self, fd, path, rights):
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return
        present = chunkrights.read_open(fd)
        if present.openness == rights.openness:
            return
        try:
            _narrow(fd, present, rights)
        except PermissionError:
            self._replace_by_copy(fd, path, present, rights)

    def _replace_by_copy(self, fd, path, present, rights):
        """Put a copy in the place of an entry of another user."""
        try:
            data = files.read_all(fd)
        except NotAChunk:
            return
        files.unlink(self._copy)
        copy = files.create(self._copy, 0o600)
        try:
            files.write_all(copy, data)
            chunkrights.apply(copy, present)
            _narrow(copy, chunkrights.read_open(copy), rights)
        finally:
            os.close(copy)
        os.rename(self._copy, path)

    def _clear_staging(self, rights):
        """Remove replaced chunks in staging that are more open than X."""
        for name in os.listdir(self._bus.staging):
            path = f"{self._bus.staging}/{name}"
            if paths.staged_by(name) and self._is_replaced(path) \
                    and _is_more_open(path, rights):
                files.unlink(path)

    @staticmethod
    def _is_replaced(path):
        """Tell whether the file has been published: it holds a chunk.

        A file that a producer still writes has mode 0600, which is not more
        open than anything, or belongs to the time before the first X.
        """
        try:
            return os.lstat(path).st_size > 0
        except FileNotFoundError:
            return False


def _is_more_open(path, rights):
    try:
        mode = stat.S_IMODE(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False
    return bool(mode & 0o077 & ~rights.mode)


def _narrow(fd, present, rights):
    """Set mode or list to the intersection, unless that changes nothing."""
    limit = acl.for_group(rights.list, rights.group, present.group)
    both = acl.intersect(present.list, limit)
    if acl.effective(both) == acl.effective(present.list):
        return
    if len(both) > 3:
        acl.write(fd, both)
        return
    acl.write(fd, None)
    mode = sum(both[tag, 0xFFFFFFFF] << shift for tag, shift in
               ((acl.USER_OBJ, 6), (acl.GROUP_OBJ, 3), (acl.OTHER, 0)))
    os.fchmod(fd, present.mode & ~0o777 | mode)
