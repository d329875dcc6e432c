# SPDX-License-Identifier: Apache-2.0
"""POSIX access control lists, as the kernel stores them."""

import errno
import os
import struct

ACCESS = "system.posix_acl_access"
DEFAULT = "system.posix_acl_default"
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 1, 2, 4, 8, 16, 32
_NONE = {errno.ENODATA, errno.EOPNOTSUPP, errno.ENOSYS}
_NO_ID = 0xFFFFFFFF


def parse(data):
    """Return a list as a dictionary: (tag, id) to permissions."""
    found = {}
    for offset in range(4, len(data) - 7, 8):
        tag, permissions, number = struct.unpack_from("<HHI", data, offset)
        found[tag, number] = permissions
    return found


def pack(entries):
    """Return a list as the kernel stores it."""
    parts = [struct.pack("<HHI", tag, permissions, number)
             for (tag, number), permissions in sorted(entries.items())]
    return struct.pack("<I", 2) + b"".join(parts)


def read(target, name=ACCESS):
    """Return the list of a path or descriptor; None if it has none."""
    try:
        return parse(os.getxattr(target, name))
    except OSError as error:
        if error.errno in _NONE:
            return None
        raise


def write(target, entries, name=ACCESS):
    """Give a path or descriptor a list, or remove the one it has."""
    if entries is not None:
        os.setxattr(target, name, pack(entries))
    elif read(target, name) is not None:
        os.removexattr(target, name)


def without(entries, bits):
    """Return the list without these permission bits, the owner's excepted."""
    if entries is None:
        return None
    return {key: value if key[0] == USER_OBJ else value & ~bits
            for key, value in entries.items()}


def without_execute(entries):
    """Return the list of a directory as one for files."""
    if entries is None:
        return None
    return {key: value & ~1 for key, value in entries.items()}


def from_mode(mode):
    """Return the list that says the same as the permissions."""
    return {(USER_OBJ, _NO_ID): mode >> 6 & 7,
            (GROUP_OBJ, _NO_ID): mode >> 3 & 7, (OTHER, _NO_ID): mode & 7}


def effective(entries):
    """Return a list without a mask that permits the same."""
    mask = entries.get((MASK, _NO_ID), 7)
    masked = (USER, GROUP_OBJ, GROUP)
    return {key: value & mask if key[0] in masked else value
            for key, value in entries.items() if key[0] != MASK}


def with_mask(entries):
    """Return the list with the mask that it needs."""
    named = [value for (tag, _), value in entries.items()
             if tag in (USER, GROUP, GROUP_OBJ)]
    mask = 0
    for value in named:
        mask |= value
    return {**entries, (MASK, _NO_ID): mask}


def add_reader(entries, user):
    """Return the list with an entry by which `user` can read."""
    return with_mask({**effective(entries), (USER, user): 4})


def can_read(entries, owner, group, user, user_group):
    """Tell whether a user who has one known group can read."""
    permitted = effective(entries)
    if user == owner:
        return bool(permitted[USER_OBJ, _NO_ID] & 4)
    if (USER, user) in permitted:
        return bool(permitted[USER, user] & 4)
    groups = [permitted[GROUP, user_group]] if (GROUP, user_group) in \
        permitted else []
    if user_group == group:
        groups.append(permitted[GROUP_OBJ, _NO_ID])
    if groups:
        return any(value & 4 for value in groups)
    return bool(permitted[OTHER, _NO_ID] & 4)


def for_group(entries, own, other):
    """Return the list as one of a file that has the group `other`."""
    entries = effective(entries)
    if own == other:
        return entries
    group = entries.pop((GROUP_OBJ, _NO_ID))
    others = entries[OTHER, _NO_ID]
    entries[GROUP_OBJ, _NO_ID] = entries.pop((GROUP, other), others)
    entries[GROUP, own] = group
    return entries


def intersect(first, second):
    """Return a list that permits only what both lists permit."""
    first, second = effective(first), effective(second)
    result = {key: _of(first, key) & _of(second, key)
              for key in {**first, **second}}
    plain = result[OTHER, _NO_ID], result[GROUP_OBJ, _NO_ID]
    for key in [key for key in result if key[0] in (USER, GROUP)]:
        if key not in first and plain == (result[key], result[key]):
            del result[key]
    return with_mask(result) if len(result) > 3 else result


def _of(entries, key):
    """Return what a list is sure to permit to a user or group."""
    others = entries[OTHER, _NO_ID]
    if key[0] == USER:
        others &= entries[GROUP_OBJ, _NO_ID]
    return entries.get(key, others)
