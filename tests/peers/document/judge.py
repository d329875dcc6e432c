# SPDX-License-Identifier: Apache-2.0
"""Judge owner files."""

import errno
import fcntl
import os
import stat
from dataclasses import dataclass

import files
import process

ALIVE, GONE, UNKNOWN, NONE = "alive", "gone", "unknown", "none"
HELD, FREE, UNAVAILABLE = "held", "free", "not available"
SAME_SPACES, SAME_BOOT, SAME_MACHINE, FOREIGN = range(4)


@dataclass(frozen=True)
class Judgement:
    """What an owner file says about its owner."""

    state: str
    lock: str = UNAVAILABLE
    inode: int = 0
    owner: process.Process | None = None

    @property
    def in_charge(self):
        """Tell whether what belongs to the owner must be spared."""
        return self.state in (ALIVE, UNKNOWN)


def judge(path):
    """Judge the owner that the owner file at `path` names."""
    try:
        fd = files.open_to_read(path)
    except FileNotFoundError:
        return Judgement(NONE)
    except OSError as error:
        if files.is_temporary(error):
            raise
        return Judgement(UNKNOWN)
    try:
        return _judge_open(path, fd)
    finally:
        os.close(fd)


def _judge_open(path, fd):
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        return Judgement(UNKNOWN)
    lock = _try_lock(fd)
    if lock == FREE and not files.same_file(path, fd):
        return Judgement(NONE)
    owner = process.parse(os.pread(fd, 4096, 0))
    state = _state(owner, lock, status.st_mtime)
    return Judgement(state, lock, status.st_ino, owner)


def _try_lock(fd):
    """Find out whether somebody holds the lock."""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        held = error.errno in (errno.EWOULDBLOCK, errno.EACCES)
        return HELD if held else UNAVAILABLE
    fcntl.flock(fd, fcntl.LOCK_UN)
    return FREE


def _relation(owner, own):
    """Tell how near the owner is to this process."""
    if owner.boot == own.boot and owner.spaces and owner.pid > 0 \
            and owner.spaces == own.spaces:
        return SAME_SPACES
    if owner.boot == own.boot or not owner.boot:
        return SAME_BOOT
    if owner.machine and owner.machine == own.machine \
            and owner.host == own.host:
        return SAME_MACHINE
    return FOREIGN


def _state(owner, lock, modified):
    relation = _relation(owner, process.own())
    if relation == SAME_SPACES:
        return _of_same_spaces(owner, lock)
    if lock == HELD:
        return ALIVE
    if relation == SAME_MACHINE:
        return GONE
    if lock == UNAVAILABLE:
        return UNKNOWN
    if relation == SAME_BOOT:
        return UNKNOWN if owner.shared else GONE
    old = modified < process.boot_time() and not owner.shared
    return GONE if old else UNKNOWN


def _of_same_spaces(owner, lock):
    state = process.state(owner)
    if lock == HELD:
        return GONE if state == "gone" else ALIVE
    if state in ("ending", "gone"):
        return GONE
    if lock == FREE:
        return _free_and_not_gone(owner, state)
    return ALIVE if state == "runs" else UNKNOWN


def _free_and_not_gone(owner, state):
    """Judge a free lock whose owner may run: the file may be a copy."""
    if not owner.shared:
        return GONE
    return ALIVE if state == "runs" else UNKNOWN


def remove(path, judgement):
    """Remove an owner file that was judged; `X.lock` must be held."""
    try:
        if os.lstat(path).st_ino == judgement.inode:
            os.unlink(path)
    except FileNotFoundError:
        pass
