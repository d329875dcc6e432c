# SPDX-License-Identifier: Apache-2.0
"""Find out whether a subscriber is at the end of the stream."""

import os

import files
import judge
import paths


class EndOfStream:
    """Knows which producers were heard, and which have ended."""

    def __init__(self, bus, inbox):
        self._bus = bus
        self._inbox = inbox
        self._count = 0
        self._first = {}
        self._last = {}
        self._heard = set()
        self._ended = set()
        self._seen = set()

    def heard(self, producer):
        """Note that a chunk of a producer was taken."""
        if not producer:
            return
        self._count += 1
        self._first.setdefault(producer, self._count)
        self._last[producer] = self._count
        self._heard.add(producer)

    def reached(self):
        """Tell whether the stream is at its end."""
        names = os.listdir(self._inbox)
        self._note_ends(names)
        if not self._seen or self._has_chunks(names) \
                or self._has_chunks(os.listdir(self._inbox)):
            return False
        self._remove_ended()
        if not self._heard and not self._somebody_publishes():
            return True
        self._keep_one_end()
        return False

    def clear(self):
        """Unlink the ends that were seen, so that a successor begins anew."""
        for name in self._seen:
            files.unlink(f"{self._inbox}/{name}")

    @staticmethod
    def _has_chunks(names):
        return any(paths.sequence_of(name) for name in names)

    def _note_ends(self, names):
        self._seen = {name for name in names if paths.end_of(name)}
        self._ended |= {paths.end_of(name) for name in self._seen}

    def _remove_ended(self):
        """Remove the producers that have ended, or for whom one stands in."""
        self._heard -= self._ended
        for producer in list(self._heard):
            if self._has_substitute(producer) and self._is_gone(producer):
                self._heard.discard(producer)

    def _has_substitute(self, producer):
        last = self._last[producer]
        return any(ended not in self._first or last <= self._first[ended]
                   for ended in self._ended)

    def _is_gone(self, producer):
        return not judge.judge(self._bus.producer(producer)).in_charge

    def _somebody_publishes(self):
        """Tell whether a producer without an end may be alive."""
        for name in os.listdir(self._bus.producers):
            producer = paths.owner_of(name)
            if producer is None or producer.lower() in self._ended:
                continue
            if judge.judge(f"{self._bus.producers}/{name}").in_charge:
                return True
        return False

    def _keep_one_end(self):
        for name in sorted(self._seen)[1:]:
            files.unlink(f"{self._inbox}/{name}")
