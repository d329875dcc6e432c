# SPDX-License-Identifier: Apache-2.0
"""System calls that the standard library does not offer."""

import ctypes
import os

AT_FDCWD = -100
RENAME_EXCHANGE = 2
AT_SYMLINK_NOFOLLOW = 0x100
STATX_ATTR_MOUNT_ROOT = 0x2000

# File systems that answer from memory, or whose locks may not reach across.
REMOTE_TYPES = {
    0x65735546: "FUSE", 0x6969: "NFS", 0x517B: "SMB", 0xFF534D42: "CIFS",
    0xFE534D42: "SMB2", 0x00C36400: "Ceph", 0x5346414F: "AFS",
    0x01021997: "9P", 0x73757245: "Coda", 0x0BD00BD3: "Lustre",
    0x786F4256: "vboxsf", 0x47504653: "GPFS",
}

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result, path):
    """Raise the error of the call that returned `result`, if it failed."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path)


def exchange(first, second):
    """Exchange two files atomically."""
    _check(_libc.renameat2(AT_FDCWD, os.fsencode(first), AT_FDCWD,
                           os.fsencode(second), RENAME_EXCHANGE), second)


def is_mount_root(path):
    """Tell whether `path` is a mount point."""
    buffer = ctypes.create_string_buffer(256)
    _check(_libc.statx(AT_FDCWD, os.fsencode(path), AT_SYMLINK_NOFOLLOW, 0,
                       buffer), path)
    attributes = int.from_bytes(buffer.raw[8:16], "little")
    return bool(attributes & STATX_ATTR_MOUNT_ROOT)


def remote_type(path):
    """Return the name of the remote file system of `path`, or None."""
    buffer = ctypes.create_string_buffer(256)
    _check(_libc.statfs(os.fsencode(path), buffer), path)
    kind = int.from_bytes(buffer.raw[0:8], "little") & 0xFFFFFFFF
    return REMOTE_TYPES.get(kind)
