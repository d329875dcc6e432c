# SPDX-License-Identifier: Apache-2.0
"""Write a chunk before it is published."""

import errno
import os
import time

import chunk
import files
import kernel
import metadata
import process
from metadata import Metadata

_NO_EXCHANGE = {
    errno.ENOENT, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EACCES,
    errno.EPERM, errno.EBUSY, errno.ETXTBSY,
}


class Staged:
    """A chunk in a file of its own."""

    def __init__(self, path, payload, identity, place):
        own = process.own()
        self.path = path
        self.linked = False
        self._payload = payload
        self._data = Metadata(*place, time.time_ns(), identity, own.pid,
                              own.host[:255], own.program[:255])

    @property
    def place(self):
        """Return stream and sequence."""
        return (self._data.stream, self._data.sequence)

    @property
    def size(self):
        return len(self._payload)

    def write(self, private):
        """Write the whole chunk; a private file is nobody else's yet."""
        self.fd = files.create(self.path, 0o600 if private else 0o644)
        try:
            files.write_all(self.fd, chunk.encode(self._payload, self._data))
        except BaseException:
            self.discard()
            raise

    def intact(self):
        """Tell whether the name in staging still leads to this file."""
        return files.same_file(self.path, self.fd)

    def give_number(self, place):
        """Write the metadata again, in place, if the number is another."""
        if place == self.place:
            return
        self._data.stream, self._data.sequence = place
        offset = chunk.metadata_offset(self._payload)
        files.write_all(self.fd, metadata.encode(self._data), offset)

    def is_at(self, path):
        """Tell whether `path` is a link to this file."""
        return files.same_file(path, self.fd)

    def replace(self, target):
        """Exchange the file with X, or rename it to X."""
        try:
            kernel.exchange(self.path, target)
        except OSError as error:
            if error.errno not in _NO_EXCHANGE:
                raise
            os.rename(self.path, target)

    def discard(self):
        """Remove the file of a chunk that will not be published."""
        if self.intact():
            files.unlink(self.path)
        os.close(self.fd)
