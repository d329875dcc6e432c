# SPDX-License-Identifier: Apache-2.0
"""Take the chunks of an inbox in order, and count what is lost."""

import os
import stat
import sys
import time
from dataclasses import dataclass

import files
import paths
from chunk import Chunk
from damaged import Damaged
from mark import NOTHING
from metadata import NotAChunk
from seen import Seen

PATIENCE = 10
PAUSE = 0.05


@dataclass
class Taken:
    """A chunk that was taken, and the path at which it waits."""

    chunk: Chunk
    path: str


class Taker:
    """Takes chunks; what cannot be read stays, with all that follows."""

    def __init__(self, subscription, start):
        """Begin after the place `start`; None if that is unknown."""
        self.lost = 0
        self._subscription = subscription
        self._inbox = subscription.inbox
        self._damaged = Damaged(subscription)
        self._seen = Seen()
        self._start = start
        self._last = None
        self._deadline = None

    @property
    def last(self):
        return self._last

    def rewind(self, chunks, last):
        """Forget that these chunks were taken."""
        for chunk in chunks:
            self._seen.forget(chunk)
        self._last = last

    def take(self):
        """Return the next chunk, or None if there is none."""
        while True:
            sequence, chunk = self._find()
            if sequence is None:
                return None
            if chunk is not None:
                taken = self._accept(chunk, self._path(sequence))
                if taken:
                    return taken

    def _path(self, sequence):
        return f"{self._inbox}/{sequence:020d}"

    def _find(self):
        """Return sequence and chunk of the lowest entry.

        Without a chunk, the entry was damaged or has gone: look again.
        """
        chunk = self._quick_look()
        if chunk:
            return chunk.data.sequence, chunk
        sequence = self._lowest()
        return sequence, sequence and self._read(sequence)

    def _quick_look(self):
        """Return the chunk that is expected next, if it is there."""
        if not self._last:
            return None
        stream, sequence = self._last
        try:
            found = files.read_numbered(self._path(sequence + 1), sequence + 1)
        except OSError:
            return None
        return found if found and found.data.stream == stream else None

    def _lowest(self):
        """Return the lowest sequence.

        Reading a directory is not a snapshot: it may show a chunk and not
        the one that was linked before. A second look shows that, too.
        """
        if not paths.sequences(self._inbox):
            return None
        found = paths.sequences(self._inbox)
        return found[0] if found else None

    def _read(self, sequence):
        """Read an entry; None if it has gone or was damaged."""
        path = self._path(sequence)
        try:
            chunk = self._read_regular(path, sequence)
        except NotAChunk as error:
            self._lose(path, sequence, error)
            return None
        except OSError as error:
            self._be_patient(error)
            return None
        self._deadline = None
        return chunk

    @staticmethod
    def _read_regular(path, sequence):
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise NotAChunk("it is not a regular file")
        chunk = files.read_chunk(path)
        if not chunk.numbered or chunk.data.sequence != sequence:
            raise NotAChunk("it has another number, or none")
        return chunk

    def _be_patient(self, error):
        """Try again for some time if the error may pass."""
        now = time.monotonic()
        self._deadline = self._deadline or now + PATIENCE
        passing = files.is_temporary(error) or \
            isinstance(error, FileNotFoundError)
        if not passing or now >= self._deadline:
            raise error
        time.sleep(PAUSE)

    def _accept(self, chunk, path):
        """Count what is missing; drop a chunk that was taken before."""
        if self._seen.knows(chunk):
            files.unlink(path)
            return None
        self.lost += self._missing_before(chunk.place)
        self._last = chunk.place
        self._seen.add(chunk)
        return Taken(chunk, path)

    def _missing_before(self, place):
        stream, sequence = place
        before = self._last or self._start
        if before is None or before[0] != stream and before != NOTHING:
            return 0
        if self._last and sequence <= before[1]:
            print("the bus was put back", file=sys.stderr)
        return max(0, sequence - before[1] - 1)

    def _lose(self, path, sequence, why):
        """Count a damaged entry in its place, and put it aside."""
        before = self._last or self._start
        if before and sequence > before[1]:
            self.lost += sequence - before[1]
            self._move_on((before[0], sequence))
        else:
            self.lost += 1
        self._damaged.move(path, sequence, why)

    def _move_on(self, place):
        """Continue after a damaged entry."""
        if self._last:
            self._last = place
        else:
            self._start = place
        if self._subscription.named and place[0].strip("0-"):
            self._subscription.mark.write(place)
