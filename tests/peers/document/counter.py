# SPDX-License-Identifier: Apache-2.0
"""Settle the number of the next chunk, and roll forward on the way.

`X.lock` must be held.
"""

import os
import uuid

import files
import numbering
from metadata import GREATEST


class Counter:
    """Counts the chunks of a bus."""

    def __init__(self, bus, history, inboxes):
        self._bus = bus
        self._history = history
        self._inboxes = inboxes
        self._fd = -1
        self._stream = str(uuid.uuid4())
        self._sequence = 0
        self._known = False

    @property
    def next(self):
        """Return stream and sequence of the next chunk."""
        return (self._stream, self._sequence + 1)

    def settle(self):
        """Find out which number is the next one."""
        if not self._is_x_mine() and not self._continues_on_x():
            self._read_everything()
        self._known = True
        self._pass_taken()
        if self._sequence >= GREATEST:
            self._begin_stream()

    def published(self, staged):
        """Remember the chunk that was just published."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = staged.fd
        self._stream, self._sequence = staged.place

    def _is_x_mine(self):
        """Tell whether X is still the file that was published last."""
        return self._fd >= 0 and files.same_file(self._bus.path, self._fd)

    def _continues_on_x(self):
        """Continue after X, if this producer counts in its stream."""
        found = files.read_numbered(self._bus.path)
        if not self._known or not found \
                or found.data.stream != self._stream \
                or found.data.sequence < self._sequence:
            return False
        self._sequence = found.data.sequence
        return True

    def _read_everything(self):
        newest = numbering.find(self._bus)
        for sequence in newest.beyond:
            self._roll_forward(sequence, newest.stream)
        if newest.clear_history:
            self._history.clear()
        if newest.stream:
            self._stream, self._sequence = newest.place
        else:
            self._begin_stream()

    def _begin_stream(self):
        self._history.clear()
        self._stream, self._sequence = str(uuid.uuid4()), 0

    def _pass_taken(self):
        """Roll forward what other producers left in the history."""
        while self._sequence < GREATEST \
                and os.path.lexists(self._bus.entry(self._sequence + 1)):
            if self._roll_forward(self._sequence + 1, self._stream):
                self._sequence += 1
            else:
                self._history.remove(self._sequence + 1)

    def _roll_forward(self, sequence, stream):
        """Link an entry into all inboxes; False if it is another chunk."""
        path = self._bus.entry(sequence)
        found = files.read_numbered(path, sequence)
        if not found or found.data.stream != stream:
            return False
        for name in self._inboxes.names():
            self._inboxes.link(path, name, sequence)
        return True
