# SPDX-License-Identifier: Apache-2.0
"""Consume losslessly: take chunks, deal with them, acknowledge them."""


import files
import removal
import stop
from endofstream import EndOfStream
from subscription import Subscription
from taker import Taker
from watch import Watch

INTERVAL = 0.25


class Subscriber:
    """Hands each chunk on, until the end of the stream."""

    def __init__(self, bus, name, hold, hand_on):
        self._subscription = Subscription(bus, name)
        start = self._subscription.subscribe()
        self._taker = Taker(self._subscription, start)
        self._end = EndOfStream(bus, self._subscription.inbox)
        self._bus = bus
        self._hold = hold
        self._hand_on = hand_on
        self._batch = []
        self._before_batch = None
        self._watch = Watch()

    @property
    def lost(self):
        return self._taker.lost

    def run(self):
        """Consume until the end of the stream, or a request to stop."""
        try:
            while not stop.requested():
                if self._step():
                    return
        finally:
            self._subscription.leave()

    def _step(self):
        """Do one thing; return True after the end of the stream."""
        try:
            return self._take() or self._at_end()
        except FileNotFoundError:
            if self._subscription.intact():
                raise
            self._take_again()
            return False

    def _take(self):
        """Take everything that waits."""
        while not stop.requested():
            before = self._taker.last
            taken = self._taker.take()
            if not taken:
                return False
            self._end.heard(taken.chunk.data.producer)
            self._add(taken, before)
            if len(self._batch) >= self._hold:
                self._flush()
        return False

    def _add(self, taken, before):
        if not self._batch:
            self._before_batch = before
        if self._hold:
            sequence = taken.chunk.data.sequence
            taken.path = self._subscription.hold(sequence)
        self._batch.append(taken)

    def _flush(self):
        """Hand on what was taken, and acknowledge each chunk."""
        while self._batch:
            taken = self._batch[0]
            self._hand_on(taken.chunk.payload)
            self._acknowledge(taken)
            self._before_batch = taken.chunk.place
            self._batch.pop(0)

    def _acknowledge(self, taken):
        """Write the mark first: what is gone and unmarked is lost."""
        if self._subscription.named:
            self._subscription.mark.write(taken.chunk.place)
        files.unlink(taken.path)

    def _at_end(self):
        """Leave at the end of the stream; otherwise wait."""
        if not self._subscription.intact():
            self._take_again()
        elif not stop.requested() and self._end.reached():
            self._flush()
            return self._finish()
        else:
            self._wait()
        return False

    def _finish(self):
        """Leave; False if there is something new after all."""
        if self._subscription.named:
            self._end.clear()
            return True
        with self._subscription.lock:
            if not self._end.reached():
                return False
            removal.remove_inbox(self._bus, self._subscription.name)
            self._subscription.owner.give_up()
        return True

    def _wait(self):
        directories = (self._subscription.inbox, self._bus.producers)
        if not any([self._watch.add(path) for path in directories]):
            self._watch.wait(INTERVAL)

    def _take_again(self):
        """Take the inbox of a restored bus; what was held comes again."""
        self._subscription.take_again()
        self._taker.rewind([taken.chunk for taken in self._batch],
                           self._before_batch)
        self._batch.clear()
