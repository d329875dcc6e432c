# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "Rules for readers". Writes nothing, and reports what was lost."""

import os
import time

import chunk
from place import READ, entry, identity, read_chunk, sequences

INTERVAL = 0.0005  # seconds between two looks
REMEMBERED = 256


class Reader:
    """next() returns a Chunk, a number of lost chunks, or None if there is nothing new."""

    def __init__(self, place, first=0, report=lambda _: None):
        self.place, self.first, self.report = place, first, report
        self.pinned = -1
        self.stream, self.newest = None, 0
        self.seen = {}
        self.earlier = {}  # other streams, and their newest sequence
        self.looks = 0
        self.last_look = 0
        self.past = None  # the newest chunk of the history at the first look, if X held no numbered one
        self.pending = []

    def next(self):
        if not self.pending:
            self.look()
        return self.pending.pop(0) if self.pending else None

    def look(self):
        before, self.last_look = self.last_look, time.time_ns()
        found = self.look_at_x()
        self.looks += 1
        if found is None or not found.sequence:
            self.past = self.newest_of_history() if self.looks == 1 else self.past
            self.pending += [found] if found else []
            return
        if found.stream != self.stream:
            self.begin(found, before)
        elif self.was_put_back(found):
            self.put_back(found)
        self.fetch(found)

    def look_at_x(self):
        status = self.place.status()
        if status is None:
            return self.newest_of_history() if self.looks == 0 else None
        if self.pinned >= 0 and identity(status) == identity(os.fstat(self.pinned)):
            return None
        try:
            fd = os.open(self.place.path, READ)
        except FileNotFoundError:
            return None
        if self.pinned >= 0:
            os.close(self.pinned)
        self.pinned = fd
        try:
            return chunk.decode(data) if (data := os.pread(fd, chunk.LARGEST_FILE, 0)) else None
        except chunk.NotAChunk as error:
            self.report(f"{self.place.path} is not a chunk: {error}")
            return None

    def newest_of_history(self):
        entries = sequences(self.place.history)
        return self.entry(entries[-1]) if entries else None

    def entry(self, sequence):
        try:
            found = read_chunk(entry(self.place.history, sequence))
        except (chunk.NotAChunk, PermissionError):
            return None
        return found if found and found.sequence == sequence else None

    def begin(self, found, before):
        if self.stream:
            self.earlier[self.stream] = self.newest
        self.seen.clear()
        if found.sequence <= self.earlier.get(found.stream, 0):
            self.report("the bus was put back")
        self.stream = found.stream
        self.newest = self.earlier.get(found.stream, self.first_expected(found, before) - 1)

    def first_expected(self, found, before):
        if self.first and not self.earlier:
            return self.first
        if self.past and self.past.stream == found.stream:
            return min(self.past.sequence + 1, found.sequence)
        return found.sequence if self.looks == 1 or self.is_older(found, before) else 1

    def is_older(self, found, before):
        """Whether the stream began elsewhere, or before this reader."""
        entries = sequences(self.place.history)
        last = self.entry(entries[-1]) if entries else None
        if last and last.stream != found.stream:
            return True
        oldest = self.entry(entries[0]) if entries else None
        oldest = oldest if oldest and oldest.stream == found.stream else found
        return oldest.sequence > 1 and oldest.producer.get("host") == os.uname().nodename and oldest.time < before

    def was_put_back(self, found):
        if found.sequence <= self.newest:
            return self.seen.get(found.sequence) != found.signature() or found.sequence < self.newest
        known = self.entry(self.newest)
        if known is None or known.stream != self.stream:
            return False
        return self.seen.get(self.newest, known.signature()) != known.signature()

    def put_back(self, found):
        first = min(found.sequence, self.newest)
        self.report(f"the bus was put back: after chunk {self.newest} comes chunk {found.sequence}")
        while first > 1 and (before := self.entry(first - 1)) and self.seen.get(first - 1) != before.signature():
            first -= 1
        self.newest = first - 1

    def fetch(self, found):
        """The gap before a new chunk from the history, and then the chunk."""
        lost = 0
        for sequence in range(self.newest + 1, found.sequence):
            missed = self.entry(sequence)
            if missed is None or missed.stream != found.stream:
                lost += 1
                continue
            self.deliver(missed, lost)
            lost = 0
        if found.sequence > self.newest:
            self.deliver(found, lost)

    def deliver(self, found, lost):
        self.pending += [lost, found] if lost else [found]
        self.newest = found.sequence
        self.seen[found.sequence] = found.signature()
        self.seen.pop(found.sequence - REMEMBERED, None)
