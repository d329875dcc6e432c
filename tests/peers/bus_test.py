# SPDX-License-Identifier: Apache-2.0
"""Shared by the tests of this directory: a bus in its own directory, the processes that use it, and ways to inspect it.

Environment: FILEBUS_PROGRAM, the program; FILEBUS_DISK, a directory on a disk; FILEBUS_TEST_SECONDS (default: 10), the duration of
the longest test, with the others in proportion.
"""

import contextlib
import fcntl
import itertools
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest

PROGRAM = os.environ["FILEBUS_PROGRAM"]
DISK = os.environ["FILEBUS_DISK"]
TMPFS = "/dev/shm"
HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent / "data" / "fixtures"
DEADLINE = 20  # seconds for what is a matter of milliseconds, on a machine that has other things to do
HISTORY_DEPTH = 64
PIPE_BYTES = 1 << 20
LOSSES = re.compile(
    r"(?:filebus: .*chunks? lost.*\n)+filebus: received (\d+) chunks?, (\d+) bytes; lost: (?:at least )?(\d+)\n"
)


def seconds(of_ten):
    return of_ten * float(os.environ.get("FILEBUS_TEST_SECONDS", "10")) / 10


def wait_until(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in {DEADLINE} s it never came true: {what}")
        time.sleep(0.001)


def packet_pipe():
    """A pipe that preserves the boundaries of writes: one read(2) returns the data of one write(2) of at most a page."""
    read_end, write_end = os.pipe2(os.O_DIRECT | os.O_CLOEXEC)
    with contextlib.suppress(PermissionError):  # users have a limit; then fewer chunks wait in the pipe
        fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return read_end, write_end


class Bus:
    """A bus in the file system."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "bus")
        self.lock_path = self.path + ".lock"
        self.history = pathlib.Path(self.path + ".d", "history")

    def has_chunk(self):
        return os.path.exists(self.path) and os.path.getsize(self.path) > 0

    def read(self, mode="r"):
        return read_chunk(self.path, mode)

    def history_entry(self, sequence):
        return self.history / f"{sequence:020d}"

    def history_sequences(self):
        """None as long as only other programs have published."""
        return sorted(int(path.name) for path in self.history.glob("*"))

    def newest_is(self, sequence):
        """Opens no file, because an open file would keep its inode number from being reused."""
        try:
            return os.stat(self.path).st_ino == os.stat(self.history_entry(sequence)).st_ino
        except FileNotFoundError:
            return False

    def move_in(self, file):
        """Replaces the bus like the original: a new file is renamed over the old one."""
        new_path = pathlib.Path(self.path + ".__new__")
        new_path.write_bytes(pathlib.Path(file).read_bytes())
        new_path.rename(self.path)


def read_chunk(path, mode="r"):
    """Payload and metadata, or None if there are no metadata."""
    with open(path, "rb") as file, tarfile.open(fileobj=file, mode=mode) as tar:
        content = {entry.name: tar.extractfile(entry).read() for entry in tar}
    metadata = content.get("filebus.json")
    return content["from_server"], metadata and json.loads(metadata)


class Process:
    """A process whose output goes to files, so that it never waits for us."""

    serial = itertools.count()

    def __init__(self, directory, *command, stdin=subprocess.DEVNULL, stdout=None):
        self.out_path = os.path.join(directory, f"output.{next(self.serial)}")
        self.err_path = self.out_path + ".errors"
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.popen = subprocess.Popen(command, stdin=stdin, stdout=stdout or out, stderr=err)

    def output(self):
        return pathlib.Path(self.out_path).read_bytes()

    def errors(self):
        return pathlib.Path(self.err_path).read_text()

    def lines(self):
        return self.output().splitlines(keepends=True)

    def has_open(self, path):
        descriptors = pathlib.Path(f"/proc/{self.popen.pid}/fd")
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            return any(os.path.samefile(descriptor, path) for descriptor in descriptors.iterdir() if descriptor.exists())
        return False

    def wait(self):
        return self.popen.wait(DEADLINE)

    def terminate(self):
        self.popen.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()


class Fed:
    """A process that is fed chunk by chunk, each in one write."""

    def __init__(self, start):
        read_end, self.write_end = packet_pipe()
        self.process = start(read_end)
        os.close(read_end)

    def feed(self, payload):
        if os.write(self.write_end, payload) != len(payload):
            raise AssertionError("a chunk did not fit into a page of the pipe")

    def end(self):
        os.close(self.write_end)
        return self.process.wait()


class BusTestCase(unittest.TestCase):
    """One bus per test, on the file system of `place`."""

    place = TMPFS

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="filebus-peers.", dir=self.place)
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name
        os.mkdir(os.path.join(self.scratch, "bus"))
        self.bus = Bus(os.path.join(self.scratch, "bus"))

    def start(self, *command, **streams):
        process = Process(self.scratch, *command, **streams)
        self.addCleanup(process.kill)
        return process

    def start_consumer(self, *options, **streams):
        return self.start(PROGRAM, "--filename", self.bus.path, "consumer", *options, **streams)

    def start_producer(self, *options, **streams):
        """Each write to it becomes a chunk, because it gathers nothing."""
        return self.start(PROGRAM, "--filename", self.bus.path, "producer", "--gather", "0", *options, **streams)

    def start_peer(self, name, *options, **streams):
        return self.start(sys.executable, "-B", str(HERE / name), self.bus.path, *options, **streams)

    def start_flat_out(self, source, duration, start):
        """Feeds checked lines to the process started by start(stdin), at full speed. Returns the feeding process and the fed one."""
        stdin, stdout = packet_pipe()
        command = [sys.executable, "-B", str(HERE / "checked_lines.py"), source, str(duration)]
        feeder = self.start(*command, stdout=stdout)
        fed = start(stdin)
        os.close(stdin)
        os.close(stdout)
        return feeder, fed

    def publish(self, payload):
        """Publishes one chunk of ours, from a file, so that it is read at once, whatever its size."""
        with tempfile.TemporaryFile(dir=self.scratch) as file:
            file.write(payload)
            file.seek(0)
            self.assert_ended_well(self.start_producer(stdin=file))

    def assert_ended_well(self, process, status=0):
        self.assertEqual((process.wait(), process.errors()), (status, ""))

    def assert_output(self, process, expected):
        wait_until(lambda: len(process.output()) >= len(expected), f"{len(expected)} bytes of output")
        self.assertEqual(process.output(), expected)

    def assert_silent_until_terminated(self, consumer):
        self.assertEqual((consumer.terminate(), consumer.errors()), (128 + signal.SIGTERM, ""))

    def lost_until_terminated(self, consumer):
        """The number of chunks that our consumer finally reports as lost. It must report nothing else, and its account must be right."""
        self.assertEqual(consumer.terminate(), 128 + signal.SIGTERM)
        if consumer.errors() == "":
            return 0
        account = LOSSES.fullmatch(consumer.errors())
        self.assertTrue(account, consumer.errors())
        received, size, lost = map(int, account.groups())
        self.assertEqual((received, size), (len(consumer.lines()), len(consumer.output())))
        return lost
