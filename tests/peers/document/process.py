# SPDX-License-Identifier: Apache-2.0
"""What an owner file says about a process, and whether that runs."""

import os
import socket
from dataclasses import dataclass

PF_EXITING = 4


@dataclass(frozen=True)
class Process:
    """The lines of an owner file."""

    pid: int
    program: str
    host: str
    machine: str
    boot: str
    spaces: str = ""
    start: int = 0
    shared: bool = False

    def lines(self):
        """Return the content of an owner file."""
        names = [_one_line(self.program), _one_line(self.host)]
        last = f"{self.spaces} {self.start}"
        parts = [str(self.pid), *names, self.machine, self.boot, last]
        return "".join(part + "\n" for part in parts).encode()


def _one_line(text):
    return text.replace("\n", "?")[:255]


def _first_line(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def _fields(pid):
    """Return the fields of /proc/PID/stat from the third on; None if gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return None


def _spaces():
    """Return the namespaces; nothing if /proc is that of another one."""
    try:
        if os.readlink("/proc/self") != str(os.getpid()):
            return ""
        names = ("/proc/self/ns/pid", "/proc/self/ns/time")
        return "".join(os.readlink(name) for name in names)
    except OSError:
        return ""


def own():
    """Describe this process."""
    spaces = _spaces()
    fields = _fields("self") if spaces else None
    return Process(
        os.getpid(), os.path.basename(os.path.realpath("/proc/self/exe")),
        socket.gethostname(), _first_line("/etc/machine-id"),
        _first_line("/proc/sys/kernel/random/boot_id"), spaces,
        int(fields[19]) if fields else 0)


def _number(text):
    return int(text) if text.isascii() and text.isdigit() else 0


def parse(data):
    """Return the process that an owner file names."""
    lines = data[:4096].decode("utf-8", "replace").split("\n")[:6]
    lines += [""] * (6 - len(lines))
    last = lines[5].split(" ")
    start = _number(last[1]) if len(last) > 1 else 0
    return Process(_number(lines[0]), lines[1], lines[2], lines[3], lines[4],
                   last[0], start, "shared" in last[2:])


def state(process):
    """Tell whether a process of this namespace runs.

    Return "runs", "ending", "gone", or "unclear".
    """
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return "gone"
    except (PermissionError, OverflowError):
        pass
    fields = _fields(process.pid)
    if fields is None or not process.start:
        return "unclear"
    if int(fields[19]) != process.start:
        return "gone"
    ending = fields[0] in (b"Z", b"X") or int(fields[6]) & PF_EXITING
    return "ending" if ending else "runs"


def boot_time():
    """Return when this machine was started, in seconds."""
    with open("/proc/stat", encoding="ascii") as file:
        for line in file:
            if line.startswith("btime "):
                return int(line.split()[1])
    return 0
