# SPDX-License-Identifier: Apache-2.0
"""Readers that watch a bus while it is written, and record whatever no reader may ever see."""

import random
import subprocess
import threading

import checked_lines
from bus_test import read_chunk


class Observer(threading.Thread):
    """Looks repeatedly until stop(), and raises whatever it must not see."""

    pause = 0.0

    def __init__(self, bus):
        super().__init__(daemon=True)
        self.bus = bus
        self.looks = 0
        self.failure = None
        self.stopped = threading.Event()
        self.start()

    def run(self):
        try:
            while not self.stopped.is_set():
                if self.bus.has_chunk():
                    self.look()
                    self.looks += 1
                self.stopped.wait(self.pause)
        except Exception as failure:
            self.failure = failure

    def stop(self):
        self.stopped.set()
        self.join()
        if self.failure:
            raise self.failure


class GnuTar(Observer):
    """Only whole chunks, about which GNU tar has no complaint."""

    pause = 0.02

    def look(self):
        done = subprocess.run(["tar", "xOf", self.bus.path, "from_server"], capture_output=True, check=False)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"tar: {done.returncode} {done.stderr!r}")
        checked_lines.check(done.stdout)


class Numbering(Observer):
    """Only whole chunks. On the bus, our numbers never decrease, and no number stands for two chunks."""

    pause = 0.0005

    def __init__(self, bus):
        self.stream = None
        self.newest = 0
        self.chunk_of = {}
        super().__init__(bus)

    def look(self):
        payload, metadata = self.bus.read()
        checked_lines.check(payload)
        if metadata:
            sequence = self.note(payload, metadata)
            if sequence < self.newest:
                raise AssertionError(f"on the bus {sequence} came after {self.newest}")
            self.newest = max(self.newest, sequence)
        if self.looks % 10 == 0:
            self.look_into_history()

    def look_into_history(self):
        sequences = self.bus.history_sequences()
        for sequence in random.sample(sequences, min(5, len(sequences))):
            try:
                payload, metadata = read_chunk(self.bus.history_entry(sequence))
            except FileNotFoundError:
                continue  # trimmed meanwhile
            if self.note(payload, metadata) != sequence:
                raise AssertionError(f"the history has {metadata['sequence']} under the name {sequence}")

    def note(self, payload, metadata):
        sequence = metadata["sequence"]
        line = checked_lines.check(payload)
        if self.chunk_of.setdefault(sequence, line) != line:
            raise AssertionError(f"{sequence} stands for {line} and for {self.chunk_of[sequence]}")
        self.stream = self.stream or metadata["stream"]
        if metadata["stream"] != self.stream:
            raise AssertionError(f"stream {metadata['stream']} followed {self.stream}")
        return sequence
