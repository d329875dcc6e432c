# SPDX-License-Identifier: Apache-2.0
"""Publish chunks on a bus."""

import errno
import os
from dataclasses import dataclass

import files
import numbering
import stop
from beside import Beside
from buslock import BusLock
from counter import Counter
from dieat import DieAt
from history import History
from inboxes import Inboxes
from membership import Membership
from busdirs import AccessTimes
from staging import Staged
from transfer import Transfer
from watch import REMOVED, Watch

INTERVAL = 0.1
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass
class Options:
    """How a producer publishes."""

    lossless: bool = False
    consumers: int = 1
    window: int = 64
    history: int = 64
    history_bytes: int = 16 * 1024 * 1024


class Restored(Exception):
    """A backup was restored, or `X.d` removed: begin again."""


class Stopped(Exception):
    """Somebody asked this process to stop while it waited."""


class NotExclusive(Exception):
    """`X.lock` does not exclude all producers."""


class Producer:
    """Publishes, and waits for subscribers if it is lossless."""

    def __init__(self, bus, options, die=None):
        self._bus = bus
        self._options = options
        self._die = die or DieAt()
        self._watch = Watch()
        self._collisions = 0
        self._beside = Beside(bus.directory)
        self._lock = BusLock(bus, self._beside)
        self._ready = not options.lossless
        self._begin()

    def _begin(self):
        """Do what comes before the first chunk."""
        options = self._options
        self._member = Membership(self._bus, self._beside, options.lossless)
        identity = self._member.identity
        self._history = History(self._bus, options.history,
                                options.history_bytes)
        self._inboxes = Inboxes(self._bus, identity, options.window)
        self._transfer = Transfer(self._bus, identity, self._inboxes,
                                  options.lossless)
        self._counter = Counter(self._bus, self._history, self._inboxes)
        with self._lock:
            self._member.clean_up()
            self._restore_x()
        self._transfer.check_subscribers()
        self._times = AccessTimes(self._bus)

    def _begin_again(self):
        """Begin with a new ID, in directories that are another's copy."""
        self._member.leave()
        self._begin()

    def _restore_x(self):
        """Link the newest history entry to X, if there is no X."""
        if os.path.lexists(self._bus.path):
            return
        newest = numbering.find(self._bus)
        if newest.beyond:
            self._counter.settle()
            os.link(self._bus.entry(newest.sequence), self._bus.path)

    def publish(self, payload):
        """Publish one chunk; wait for subscribers if necessary."""
        self._times.refresh()
        staged = self._stage(payload)
        while True:
            try:
                blocked = self._attempt(staged)
            except Restored:
                os.close(staged.fd)
                self._begin_again()
                staged = self._stage(payload)
                continue
            except OSError as error:
                blocked = self._make_room(error, staged.size)
            if blocked is None:
                return self._clear(staged)
            self._wait(blocked, staged)

    def _stage(self, payload):
        """Write the chunk with the number that it will most likely get."""
        staged = None
        while staged is None:
            staged = self._try_to_stage(payload)
        self._die.reached("staged", staged.place[1])
        return staged

    def _try_to_stage(self, payload):
        staged = Staged(self._member.new_path(), payload,
                        self._member.identity, self._counter.next)
        try:
            staged.write(os.path.lexists(self._bus.path))
        except FileNotFoundError:
            self._begin_again()
            return None
        except OSError as error:
            self._make_room(error, len(payload))
            return None
        return staged

    def _make_room(self, error, size):
        """Remove old history entries if the disk is full."""
        if error.errno not in _DISK_FULL:
            raise error
        with self._lock:
            if not self._history.free(size):
                raise error
        return []

    def _attempt(self, staged):
        """Publish, and return None, or the directories to wait for."""
        with self._lock:
            if not staged.intact() or not self._member.intact():
                raise Restored
            if staged.linked and not staged.is_at(
                    self._bus.entry(staged.place[1])):
                return None
            return self._publish(staged)

    def _publish(self, staged):
        left_out = set()
        if not staged.linked:
            self._counter.settle()
            full = self._blocked()
            if full and self._options.lossless:
                return [self._bus.inbox(name) if name else self._bus.inboxes
                        for name in full]
            staged.give_number(self._counter.next)
            left_out = self._transfer.keep(staged.fd) | set(full)
            if not self._link(staged):
                return []
        elif self._is_complete(staged):
            return None
        self._deliver(staged, left_out)
        self._replace(staged)
        return None

    def _blocked(self):
        """Return the inboxes in the way; "" for subscribers not there yet."""
        if not self._ready:
            if self._inboxes.subscriptions() < self._options.consumers:
                return [""]
            self._ready = True
        return self._inboxes.full(self._counter.next[1])

    def _link(self, staged):
        """Link the chunk into the history, where its number is free."""
        names = self._inboxes.names()
        if not self._history.wanted and not names:
            return True
        try:
            staged.linked = self._history.link(
                staged.path, staged.place[1], bool(names))
        except FileExistsError:
            self._note_collision(staged)
            return False
        self._die.reached("linked", staged.place[1])
        return True

    def _is_complete(self, staged):
        """Tell whether others have completed this publish meanwhile."""
        found = files.read_numbered(self._bus.path)
        stream, sequence = staged.place
        return found and found.data.stream == stream \
            and found.data.sequence >= sequence

    def _note_collision(self, staged):
        """Stop if another producer publishes in spite of the lock."""
        if not self._is_complete(staged):
            return
        self._collisions += 1
        if self._lock.still_named() and self._collisions > 8:
            raise NotExclusive("X.lock does not exclude all producers")

    def _deliver(self, staged, left_out):
        """Link the chunk into the inboxes."""
        sequence, delivered = staged.place[1], False
        for name in self._inboxes.names():
            if name in left_out:
                continue
            try:
                self._inboxes.link(staged.path, name, sequence)
            except OSError:
                if not delivered:
                    self._take_back(staged)
                raise
            delivered = True
            self._die.reached("one-inbox", sequence)
        self._die.reached("delivered", sequence)

    def _take_back(self, staged):
        """Remove the history entry of a publish that failed."""
        if staged.linked:
            self._history.remove(staged.place[1])
            staged.linked = False

    def _replace(self, staged):
        staged.replace(self._bus.path)
        self._die.reached("replaced", staged.place[1])
        self._counter.published(staged)
        self._history.trim()

    def _clear(self, staged):
        """Remove the chunk that was replaced."""
        files.unlink(staged.path)

    def _wait(self, directories, staged):
        """Wait until one of the directories changes."""
        if stop.requested():
            staged.discard()
            raise Stopped
        if not directories:
            return
        if self._bus.inboxes not in directories:
            self._die.reached("waiting", self._counter.next[1])
        mask_new = [self._watch.add(path, REMOVED) if
                    path != self._bus.inboxes else self._watch.add(path)
                    for path in directories]
        if not any(mask_new):
            self._watch.wait(INTERVAL)

    def end(self):
        """Announce the end of stream, and leave."""
        while not self._ready:
            if stop.requested():
                return self.leave()
            if not self._enough_subscribers():
                self._watch.add(self._bus.inboxes)
                self._watch.wait(INTERVAL)
        with self._lock:
            self._inboxes.end(self._member.identity, self._beside)
            self._member.clear_staging()
        self._member.leave()

    def leave(self):
        """Leave without an end: another producer may continue."""
        self._member.leave()

    def _enough_subscribers(self):
        with self._lock:
            count = self._inboxes.subscriptions()
        self._ready = count >= self._options.consumers
        return self._ready
