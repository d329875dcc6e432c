# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "Owner files": creates, judges and removes them. For local file systems, where locks reach every process."""

import contextlib
import enum
import fcntl
import os
import pathlib
import stat
import sys
import time
import uuid

from place import CREATE, READ, Refused, listing, names_file, unlink

SUFFIX = ".owner"
MOST_BYTES = 4096
EXITING = 4  # PF_EXITING


class NameTaken(Exception):
    pass


class Life(enum.Enum):
    ALIVE = enum.auto()
    GONE = enum.auto()
    UNKNOWN = enum.auto()


def text_of(path):
    with contextlib.suppress(OSError):
        return pathlib.Path(path).read_text().strip()
    return ""


def link_of(path):
    with contextlib.suppress(OSError):
        return os.readlink(path)
    return ""


def process_stat(pid):
    """The fields of /proc/PID/stat from the third on, or None if there is no such file."""
    line = text_of(f"/proc/{pid}/stat")
    return line[line.rindex(")") + 1 :].split() if line else None


def own_lines():
    own = process_stat("self")
    start = own[19] if own and link_of("/proc/self") == str(os.getpid()) else "0"
    namespaces = link_of("/proc/self/ns/pid") + link_of("/proc/self/ns/time")
    program = os.path.basename(link_of("/proc/self/exe") or sys.executable)[:255].replace("\n", "?")
    boot = text_of("/proc/sys/kernel/random/boot_id")
    return [str(os.getpid()), program, os.uname().nodename[:255], text_of("/etc/machine-id"), boot, f"{namespaces} {start}"]


class OwnerFile:
    """DIRECTORY/NAME.owner, held by this process until give_up()."""

    def __init__(self, directory, name):
        self.path = os.path.join(directory, name + SUFFIX)
        remove_unfinished(directory)
        self.fd = -1
        while self.fd < 0:
            self.fd = self.make(directory)

    def make(self, directory):
        """-1 if another process took the unfinished file for an abandoned one."""
        hidden = os.path.join(directory, f".{uuid.uuid4()}{SUFFIX}")
        fd = os.open(hidden, CREATE, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            check_exclusive(hidden)
            os.write(fd, "".join(line + "\n" for line in own_lines()).encode())
            model = os.stat(directory)
            with contextlib.suppress(PermissionError):
                os.fchown(fd, -1, model.st_gid)
            os.fchmod(fd, model.st_mode & 0o666)
            os.link(hidden, self.path)
        except (BlockingIOError, FileNotFoundError):
            os.close(fd)
            unlink(hidden)
            return -1
        except FileExistsError as error:
            os.close(fd)
            unlink(hidden)
            raise NameTaken(self.path) from error
        unlink(hidden)
        return fd

    def in_place(self):
        return names_file(self.path, self.fd)

    def give_up(self):
        if self.in_place():
            unlink(self.path)
        os.close(self.fd)


def check_exclusive(path):
    other = os.open(path, READ)
    try:
        if lock_of(other) != "held":
            raise Refused(f"the file system of {path} does not lock")
    finally:
        os.close(other)


def lock_of(fd):
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return "held"
    except OSError:
        return "not available"
    fcntl.flock(fd, fcntl.LOCK_UN)
    return "free"


def remove_unfinished(directory):
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if not (name.startswith(".") and name.endswith(SUFFIX)):
            continue
        with contextlib.suppress(OSError):
            fd = os.open(path, READ)
            if stat.S_ISREG(os.fstat(fd).st_mode) and lock_of(fd) == "free":
                unlink(path)
            os.close(fd)


def relation(lines, ours):
    boot = lines[4]
    if not boot or boot == ours[4]:
        namespaces = lines[5].split(" ")[0]
        known = boot and namespaces and namespaces == ours[5].split(" ")[0] and lines[0].isdigit() and int(lines[0]) > 0
        return "same namespaces" if known else "same boot"
    return "this machine" if lines[3] and lines[3] == ours[3] and lines[2] == ours[2] else "foreign"


def presence(lines):
    """For an owner in the same namespaces."""
    pid, started = int(lines[0]), (lines[5].split(" ") + ["0"])[1]
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return "gone"
    except PermissionError:
        pass
    now = process_stat(pid)
    if not now or started == "0":
        return "unclear"
    if now[19] != started:
        return "gone"
    return "ending" if now[0] in "ZX" or int(now[6]) & EXITING else "runs"


def judgement(lock, related, present, is_old):
    if lock == "held":
        return Life.GONE if present == "gone" else Life.ALIVE
    if related == "this machine":
        return Life.GONE
    if lock == "free":
        return Life.UNKNOWN if related == "foreign" and not is_old else Life.GONE
    return {"runs": Life.ALIVE, "ending": Life.GONE, "gone": Life.GONE}.get(present, Life.UNKNOWN)


def judge(path):
    """None if there is no owner file; otherwise the judgement, and the status of the judged file."""
    try:
        fd = os.open(path, READ)
    except PermissionError:
        return Life.UNKNOWN, None
    except OSError:
        return None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            return None
        lines = (os.pread(fd, MOST_BYTES, 0).decode(errors="replace").split("\n") + [""] * 6)[:6]
        lock = lock_of(fd)
        if lock == "free" and not names_file(path, fd):
            return None
    finally:
        os.close(fd)
    related = relation(lines, own_lines())
    present = presence(lines) if related == "same namespaces" else ""
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return judgement(lock, related, present, status.st_mtime < boot), status


def lives(path):
    judged = judge(path)
    return judged is not None and judged[0] != Life.GONE


def is_unknown(path):
    judged = judge(path)
    return judged is not None and judged[0] == Life.UNKNOWN


def remove_if_gone(path):
    """To be called under the lock of the bus. True if there is no such file afterwards."""
    judged = judge(path)
    if judged is None:
        return not os.path.lexists(path)
    life, status = judged
    if life == Life.GONE and os.path.lexists(path) and os.path.samestat(os.lstat(path), status):
        unlink(path)
        return True
    return False


def names_in(directory):
    return [name[: -len(SUFFIX)] for name in listing(directory) if name.endswith(SUFFIX)]
