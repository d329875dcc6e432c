# SPDX-License-Identifier: Apache-2.0
"""The history as a producer changes it; `X.lock` must be held."""

import errno
import os

import files
import paths

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK,
             errno.EACCES}


class History:
    """Hard links to the newest chunks."""

    def __init__(self, bus, most_chunks, most_bytes):
        self._bus = bus
        self._most_chunks = most_chunks
        self._most_bytes = most_bytes
        self._sizes = {}

    @property
    def wanted(self):
        """Tell whether anything is to be kept."""
        return self._most_chunks > 0

    def link(self, path, sequence, required):
        """Add an entry; return False if the bus does without history."""
        try:
            os.link(path, self._bus.entry(sequence), follow_symlinks=False)
        except OSError as error:
            if required or error.errno not in _NO_LINKS:
                raise
            return False
        return True

    def remove(self, sequence):
        self._sizes.pop(sequence, None)
        files.unlink(self._bus.entry(sequence))

    def clear(self):
        """Remove all entries."""
        for sequence in paths.sequences_or_none(self._bus.history):
            self.remove(sequence)

    def trim(self):
        """Remove the oldest entries until the rest is within the bounds."""
        names = paths.sequences_or_none(self._bus.history)
        self._sizes = {name: self._size(name) for name in names}
        total = sum(self._sizes.values())
        while names and (len(names) > self._most_chunks
                         or total > self._most_bytes):
            total -= self._sizes[names[0]]
            self.remove(names.pop(0))

    def free(self, size):
        """Free space; return False if there is nothing left to remove."""
        names = paths.sequences_or_none(self._bus.history)[:-1]
        freed = 0
        for name in names:
            freed += self._size(name)
            self.remove(name)
            if freed >= size:
                break
        return bool(names)

    def _size(self, sequence):
        if sequence in self._sizes:
            return self._sizes[sequence]
        try:
            return os.lstat(self._bus.entry(sequence)).st_size
        except FileNotFoundError:
            return 0
