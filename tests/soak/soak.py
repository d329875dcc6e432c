# SPDX-License-Identifier: Apache-2.0
"""Mixed load with random SIGKILL, SIGSTOP and full disk. usage: soak.py FILEBUS SECONDS

Runs in its own mount namespace, where it mounts the disk that it fills. At the end nothing may have grown (memory and file
descriptors of the processes that are never killed, files and directories of the buses), and every published chunk must have been
seen, or lost and counted.
"""
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

FILEBUS, SECONDS = os.path.abspath(sys.argv[1]), float(sys.argv[2])
LINES_PER_SECOND = 1000


class Role:
    """A program that is restarted whenever it has ended."""

    def __init__(self, disk, bus, arguments, output=subprocess.DEVNULL, feeds=False, immortal=False):
        self.command = [FILEBUS, "--filename", os.path.join(disk, bus)] + arguments
        self.output, self.feeds, self.immortal = output, feeds, immortal
        self.runs = 0
        self.complaints = tempfile.TemporaryFile()
        self.statuses = {}
        self.start()

    def start(self):
        self.runs += 1
        stdin = subprocess.PIPE if self.feeds else subprocess.DEVNULL
        self.process = subprocess.Popen(self.command, stdin=stdin, stdout=self.output, stderr=self.complaints)
        if self.feeds:
            threading.Thread(target=self.feed, args=(self.process, self.runs), daemon=True).start()

    def feed(self, process, run):
        number = 0
        try:
            while process.poll() is None:
                number += 1
                process.stdin.write(b"%8d %15d\n" % (run, number))
                process.stdin.flush()
                time.sleep(1 / LINES_PER_SECOND)
        except OSError:
            pass  # it was killed
        with contextlib.suppress(OSError):
            process.stdin.close()

    def revive(self):
        status = self.process.poll()
        if status is not None:
            self.statuses[status] = self.statuses.get(status, 0) + 1
            self.start()

    def send(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def end(self, number):
        self.send(signal.SIGCONT)
        self.send(number)
        self.process.wait(30)

    def said(self):
        self.complaints.seek(0)
        return self.complaints.read().decode()

    def figures(self):
        """Resident memory in KiB, and number of open files."""
        with open(f"/proc/{self.process.pid}/status") as status:
            memory = int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])
        return memory, len(os.listdir(f"/proc/{self.process.pid}/fd"))


def fill(disk):
    """Leaves no free block."""
    try:
        with open(os.path.join(disk, "filler"), "wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 65536)
    except OSError:
        pass


def newest(bus):
    """The metadata of the chunk on the bus."""
    return json.loads(subprocess.run(["tar", "xOf", bus, "filebus.json"], check=True, capture_output=True).stdout)


def files_of(disk):
    return sum(len(directories) + len(files) for _, directories, files in os.walk(disk))


def torment(roles, disk, done):
    mortal = [role for role in roles if not role.immortal]
    while not done():
        what = random.random()
        if what < 0.4:
            random.choice(mortal).send(signal.SIGKILL)
        elif what < 0.9:
            role = random.choice(roles)
            role.send(signal.SIGSTOP)
            time.sleep(random.uniform(0, 0.3))
            role.send(signal.SIGCONT)
        else:
            fill(disk)
            time.sleep(random.uniform(0, 0.1))
            os.unlink(os.path.join(disk, "filler"))
        time.sleep(random.uniform(0.02, 0.2))
        for role in roles:
            role.revive()


def main():
    disk = tempfile.mkdtemp(prefix="filebus-soak.")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", disk], check=True)
    received = tempfile.TemporaryFile()
    observer = Role(disk, "lossy", ["-v", "consumer", "--from", "1"], immortal=True)
    reader = Role(disk, "lossless", ["--lossless", "consumer", "--name", "reader"], output=received)
    steady = Role(disk, "steady", ["--lossless", "consumer", "--name", "steady"], immortal=True)
    per_line = ["producer", "--block-size", "25"]
    roles = [observer, reader, steady,
             Role(disk, "lossy", per_line, feeds=True), Role(disk, "lossy", per_line, feeds=True),
             Role(disk, "lossless", ["--lossless"] + per_line, feeds=True),
             Role(disk, "steady", ["--lossless"] + per_line, feeds=True),
             Role(disk, "stream", ["stream"], feeds=True), Role(disk, "stream", ["stream"], feeds=True)]
    begin = time.monotonic()
    torment(roles, disk, lambda: time.monotonic() - begin > SECONDS / 4)  # by then all have what they need
    before, files_before = [role.figures() for role in (observer, steady)], files_of(disk)
    torment(roles, disk, lambda: time.monotonic() - begin > SECONDS)
    after, files_after = [role.figures() for role in (observer, steady)], files_of(disk)

    for role in roles[3:]:
        role.end(signal.SIGKILL)
    lossy, lossless = newest(os.path.join(disk, "lossy")), newest(os.path.join(disk, "lossless"))
    for bus in "lossy", "lossless":  # what was cut off is completed by the next
        subprocess.run([FILEBUS, "--filename", os.path.join(disk, bus), "producer"], input=b"%8d %15d\n" % (0, 0), check=True)
    lossy, lossless = newest(os.path.join(disk, "lossy")), newest(os.path.join(disk, "lossless"))
    time.sleep(1)
    reader.revive()
    deadline = time.monotonic() + 30
    while os.listdir(os.path.join(disk, "lossless.d/inbox/reader")) and time.monotonic() < deadline:
        time.sleep(0.1)
        reader.revive()
    for role in roles[:3]:
        role.end(signal.SIGTERM)

    failures = []

    def check(name, good):
        print(f"{'ok  ' if good else 'FAIL'} {name}")
        if not good:
            failures.append(name)

    seen, lost = map(int, re.findall(r"received (\d+) chunks?, \d+ bytes; lost: (\d+)", observer.said())[-1])
    check(f"lossy: {seen} chunks seen and {lost} lost are all {lossy['sequence']}", seen + lost == lossy["sequence"])
    received.seek(0)
    lines = received.read().splitlines()
    check(f"lossless: {len(set(lines))} chunks received, {len(lines) - len(set(lines))} of them twice, are all "
          f"{lossless['sequence']}", len(set(lines)) == lossless["sequence"] and all(len(line) == 24 for line in lines))
    for name, (memory, descriptors), (memory_now, descriptors_now) in zip(("observer", "steady"), before, after):
        check(f"{name}: memory {memory} KiB, then {memory_now}", memory_now < memory * 1.2 + 1024)
        check(f"{name}: open files {descriptors}, then {descriptors_now}", descriptors_now <= descriptors + 2)
    check(f"files and directories: {files_before}, then {files_after}", files_after < files_before * 1.5 + 100)
    statuses = {status for role in roles for status in role.statuses}
    check(f"ended with {sorted(statuses)} only", statuses <= {0, -signal.SIGKILL, 66, 69, 74, 75})
    print(f"{sum(role.runs for role in roles)} processes in {SECONDS:.0f} s")
    subprocess.run(["umount", "-l", disk], check=True)
    os.rmdir(disk)
    return 1 if failures else 0


sys.exit(main())
