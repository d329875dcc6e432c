# SPDX-License-Identifier: Apache-2.0
"""Open and read the files of a bus safely."""

import errno
import os
import stat

import chunk
from metadata import NotAChunk

TEMPORARY = {
    errno.EINTR, errno.EAGAIN, errno.EIO, errno.ESTALE, errno.EBUSY,
    errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.ETIMEDOUT,
    errno.ENETDOWN, errno.ENETUNREACH, errno.ENETRESET, errno.ECONNABORTED,
    errno.ECONNRESET, errno.ENOTCONN, errno.ECONNREFUSED, errno.EHOSTDOWN,
    errno.EHOSTUNREACH, errno.EREMOTEIO, errno.ENOLINK,
}
_CREATE = os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def is_temporary(error):
    """Tell whether the error says nothing about the file."""
    return error.errno in TEMPORARY


def create(path, mode):
    """Create a file that must not exist, and return its descriptor."""
    return os.open(path, os.O_RDWR | _CREATE, mode)


def open_to_read(path):
    """Open a file without following links or blocking."""
    return os.open(path, _READ)


def identity(status):
    """Return what stays the same as long as a file is the same chunk."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def same_file(path, fd):
    """Tell whether the path still names the open file."""
    try:
        named = os.lstat(path)
    except FileNotFoundError:
        return False
    opened = os.fstat(fd)
    return (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino)


def read_all(fd):
    """Read an open file, up to the limit of a chunk."""
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        raise NotAChunk("it is not a regular file")
    if status.st_size > chunk.MOST_FILE:
        raise NotAChunk("it is too long")
    return _read_up_to(fd, chunk.MOST_FILE + 1)


def _read_up_to(fd, limit):
    parts, offset = [], 0
    while offset < limit:
        part = os.pread(fd, min(limit - offset, 1 << 20), offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


def read_chunk(path):
    """Read the chunk at `path`; an empty file is not a chunk here."""
    try:
        fd = open_to_read(path)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENODEV):
            raise NotAChunk("it is not a regular file") from None
        raise
    try:
        return chunk.decode(read_all(fd))
    finally:
        os.close(fd)


def read_numbered(path, sequence=None):
    """Read a numbered chunk; None if there is nothing of the kind.

    What this process may not read counts as no chunk. Temporary errors are
    raised, since they say nothing about the file.
    """
    try:
        found = read_chunk(path)
    except NotAChunk:
        return None
    except OSError as error:
        if is_temporary(error):
            raise
        return None
    good = found.numbered and sequence in (None, found.data.sequence)
    return found if good else None


def unlink(path):
    """Remove a file that may be gone already."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def write_all(fd, data, offset=0):
    """Write all bytes at `offset`."""
    view = memoryview(data)
    while view:
        count = os.pwrite(fd, view, offset)
        view, offset = view[count:], offset + count
