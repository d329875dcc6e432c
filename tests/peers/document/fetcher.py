# SPDX-License-Identifier: Apache-2.0
"""Fetch chunks from the history."""

import sys
import time

import files
import paths
from metadata import NotAChunk

PATIENCE = 10
PAUSE = 0.05


class Fetcher:
    """Reads the history as a reader does: without changing anything."""

    def __init__(self, bus):
        self._bus = bus

    def names(self):
        """Return the sequences in the history; none if it is unreadable."""
        try:
            return paths.sequences(self._bus.history)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return []

    def read(self, sequence):
        """Return the chunk with this sequence, or None."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._read(sequence)
            except OSError as error:
                if not files.is_temporary(error):
                    return None
                if time.monotonic() >= deadline:
                    print(f"chunk {sequence}: {error}", file=sys.stderr)
                    return None
            time.sleep(PAUSE)

    def _read(self, sequence):
        try:
            found = files.read_chunk(self._bus.entry(sequence))
        except NotAChunk:
            return None
        good = found.numbered and found.data.sequence == sequence
        return found if good else None

    def fetch(self, stream, first, end):
        """Yield the chunks from `first` to before `end`, in order."""
        for sequence in self.names() if first < end else []:
            if first <= sequence < end:
                found = self.read(sequence)
                if found and found.data.stream == stream:
                    yield found

    def newest(self):
        """Return the newest chunk of the history, or None."""
        names = self.names()
        return self.read(names[-1]) if names else None

    def oldest(self, stream):
        """Return the oldest chunk of a stream in the history, or None."""
        for sequence in self.names():
            found = self.read(sequence)
            if found and found.data.stream == stream:
                return found
        return None
