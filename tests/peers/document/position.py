# SPDX-License-Identifier: Apache-2.0
"""Where a reader is in the streams of a bus."""

import socket
import sys
import time

from seen import Seen


class Position:
    """Decides which chunks are new, fetches the others, and counts losses."""

    def __init__(self, fetcher, first, hand_on):
        self.lost = 0
        self._fetcher = fetcher
        self._first = first
        self._hand_on = hand_on
        self._seen = Seen()
        self._newest = {}
        self._current = None
        self._looked = False
        self._expected = None
        self._clock = self._last_clock = (time.time_ns(), 0)
        self._last_look = 0.0

    def begin_look(self):
        """Note the time: what is older than the last look is not new."""
        self._last_clock = self._clock
        self._clock = (time.time_ns(), time.monotonic_ns())

    def end_look(self):
        """Note where the stream will begin, after a look without chunk."""
        if not self._looked and not self._newest:
            newest = self._fetcher.newest()
            self._expected = newest.place if newest else None
        self._looked = True
        self._last_look = time.monotonic()

    def see(self, chunk):
        """Deal with the chunk on X."""
        stream, sequence = chunk.place
        if stream not in self._newest:
            self._begin(chunk)
        elif self._is_put_back(chunk):
            self._follow_back(chunk)
        elif sequence > self._newest[stream]:
            self._advance(chunk)
        self._current = stream

    def _begin(self, chunk):
        """Find out where a stream begins for this reader."""
        stream, sequence = chunk.place
        start = self._start(chunk)
        if not self._newest and self._first:
            start = self._first
        self._newest[stream] = start - 1
        if sequence >= start:
            self._advance(chunk)

    def _start(self, chunk):
        stream, sequence = chunk.place
        if not self._looked:
            return sequence
        if not self._newest and self._expected \
                and self._expected[0] == stream:
            return min(self._expected[1] + 1, sequence)
        return sequence if self._is_older(chunk) else 1

    def _is_older(self, chunk):
        """Tell whether the stream existed before this reader looked."""
        newest = self._fetcher.newest()
        if newest and newest.data.stream != chunk.data.stream:
            return True
        oldest = self._fetcher.oldest(chunk.data.stream) or chunk
        return oldest.data.sequence != 1 \
            and oldest.data.host == socket.gethostname() \
            and oldest.data.time < self._time_of_last_look()

    def _time_of_last_look(self):
        """Return the time of the last look, by the clock as it is now."""
        passed = self._clock[1] - self._last_clock[1]
        return min(self._last_clock[0], self._clock[0] - passed)

    def _advance(self, chunk):
        """Fetch what is missing, and hand it on with the chunk."""
        stream, sequence = chunk.place
        first = self._newest[stream] + 1
        missing = sequence - first
        for found in self._fetcher.fetch(stream, first, sequence):
            self._deliver(found)
            missing -= 1
        self.lost += missing
        self._deliver(chunk)

    def _deliver(self, chunk):
        self._hand_on(chunk.payload)
        self._seen.add(chunk)
        self._newest[chunk.data.stream] = chunk.data.sequence

    def _is_put_back(self, chunk):
        stream, sequence = chunk.place
        newest = self._newest[stream]
        if self._first and newest == self._first - 1:
            return False
        if stream != self._current and sequence <= newest:
            return True
        if sequence == newest:
            return self._seen.contradicts(chunk)
        return sequence < newest or self._history_contradicts(chunk, newest)

    def _history_contradicts(self, chunk, newest):
        """Tell whether the chunk seen last is another one in the history."""
        soon = time.monotonic() - self._last_look < 0.001
        if chunk.data.sequence == newest + 1 and soon:
            return False
        found = self._fetcher.read(newest)
        return bool(found) and (found.data.stream != chunk.data.stream
                                or self._seen.contradicts(found))

    def _follow_back(self, chunk):
        """Continue with X, and the entries below it that were replaced."""
        print("the bus was put back", file=sys.stderr)
        stream = chunk.data.stream
        newest = self._newest[stream]
        only_x = self._still_holds(newest, stream)
        self._newest[stream] = self._lowest_changed(chunk) - 1
        self._advance(chunk)
        if only_x:
            self._newest[stream] = max(newest, self._newest[stream])

    def _still_holds(self, sequence, stream):
        """Tell whether the history holds the chunk that was seen last."""
        found = self._fetcher.read(sequence)
        return bool(found) and found.data.stream == stream \
            and self._seen.knows(found)

    def _lowest_changed(self, chunk):
        """Walk down from X, as long as entries replace what was seen."""
        stream, lowest = chunk.place
        while lowest > 1:
            found = self._fetcher.read(lowest - 1)
            if not found or found.data.stream != stream \
                    or not self._is_replaced(found):
                break
            lowest -= 1
        return lowest

    def _is_replaced(self, chunk):
        """Tell whether the number is new, or that of another chunk."""
        stream, sequence = chunk.place
        return sequence > self._newest[stream] \
            or self._seen.contradicts(chunk)
