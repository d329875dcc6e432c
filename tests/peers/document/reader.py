# SPDX-License-Identifier: Apache-2.0
"""Read a bus without taking part in it; chunks may be lost."""

import os
import sys

import chunk
import files
import stop
from fetcher import Fetcher
from metadata import NotAChunk
from position import Position
from watch import Watch

INTERVAL = 0.25
SOON = 0.02


class Reader:
    """Hands on each new chunk of a bus."""

    def __init__(self, bus, first, hand_on):
        self._bus = bus
        self._fd = -1
        self._identity = None
        self._unnumbered = None
        self._hand_on = hand_on
        self._watch = Watch()
        self._fetcher = Fetcher(bus)
        self._position = Position(self._fetcher, first, hand_on)

    @property
    def lost(self):
        return self._position.lost

    def run(self):
        """Read until somebody asks this process to stop."""
        while not stop.requested():
            new = self._watch.add(self._bus.directory)
            try:
                self._look()
                pause = INTERVAL
            except OSError as error:
                pause = SOON
                if not files.is_temporary(error):
                    self._report(error)
            if not new:
                self._watch.wait(pause)

    def _report(self, error):
        """Report what is wrong with X, once."""
        text = str(error)
        if text != getattr(self, "_reported", None):
            print(text, file=sys.stderr)
        self._reported = text

    def _look(self):
        """Look at X, and hand on what is new."""
        self._position.begin_look()
        fd = self._open()
        if fd >= 0:
            self._look_at(fd)
        self._position.end_look()

    def _open(self):
        """Open X or else the newest entry of the history; -1 if none."""
        for path in self._candidates():
            try:
                return files.open_to_read(path)
            except (FileNotFoundError, NotADirectoryError):
                continue
        return -1

    def _candidates(self):
        yield self._bus.path
        names = self._fetcher.names()
        if names:
            yield self._bus.entry(names[-1])

    def _look_at(self, fd):
        identity = files.identity(os.fstat(fd))
        if identity == self._identity:
            os.close(fd)
            return
        same_inode = self._identity and identity[:2] == self._identity[:2]
        self._keep_open(fd)
        found = self._read(fd)
        self._identity = identity
        if found and found.numbered:
            self._position.see(found)
        elif found:
            self._see_unnumbered(found, same_inode)

    def _keep_open(self, fd):
        """Keep the file open, so that its inode number is not reused."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = fd

    def _read(self, fd):
        """Return the chunk; None if the file is empty or none."""
        try:
            data = files.read_all(fd)
            return chunk.decode(data) if data else None
        except NotAChunk as error:
            self._report(f"{self._bus.path} is not a chunk: {error}")
            return None

    def _see_unnumbered(self, found, same_inode):
        if not same_inode or found.payload != self._unnumbered:
            self._hand_on(found.payload)
        self._unnumbered = found.payload
