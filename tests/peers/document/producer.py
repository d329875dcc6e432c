# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "Rules for writers", and the duties of producers in "Lossless"."""

import errno
import itertools
import os
import time
import uuid

import chunk
import inboxes
import numbering
import owner
from place import CREATE, Refused, entry, listing, names_file, sequences, unlink
from rights import Rights, follow_past

INTERVAL = 0.0005  # seconds between two looks for room
JUDGEMENT_INTERVAL = 0.5
MOST_OVERTAKEN = 8
FULL = (errno.ENOSPC, errno.EDQUOT)


class Restored(Exception):
    """A file that this producer created is no longer in its place."""


class Overtaken(Exception):
    pass


class Producer:
    """Calls `step` with a name and a sequence after each step of a publish: a test may kill the process there."""

    def __init__(self, place, lossless=False, awaited=1, window=64, history=64, history_bytes=16 << 20, step=lambda *_: None):
        self.place = place
        self.lossless, self.awaited, self.window = lossless, awaited if lossless else 0, window
        self.history, self.history_bytes = history, history_bytes
        self.step = step
        self.id = str(uuid.uuid4())
        self.serial = itertools.count(1)
        self.published = -1  # the file that was published last, open
        self.stream, self.newest = None, 0
        self.rights = None
        self.owner = None
        self.overtaken = 0
        self.next_judgement = 0
        self.begin()

    def begin(self):
        self.place.check_replaceable()
        self.place.make_directories(*[self.place.inboxes] * self.lossless)
        if self.owner:
            self.owner.give_up()
        with self.place.locked():
            owner.remove_if_gone(self.owner_path(self.id))
        self.owner = owner.OwnerFile(self.place.producers, self.id)
        if any(owner.is_unknown(self.owner_path(name)) for name in owner.names_in(self.place.producers)):
            raise Refused("a producer may be publishing where locks do not reach")
        self.is_clean = False
        lines = owner.own_lines()
        self.describes = {"id": self.id, "pid": os.getpid(), "host": lines[2], "program": lines[1]}
        for path in (self.place.path, self.place.path + ".lock"):
            if os.path.exists(path):
                os.utime(path, ns=(time.time_ns(), os.stat(path).st_mtime_ns))
        self.restore_x()

    def owner_path(self, name):
        return os.path.join(self.place.producers, name + owner.SUFFIX)

    def restore_x(self):
        if self.place.status() or not sequences(self.place.history):
            return
        with self.place.locked():
            self.settle(inboxes.in_directory(self.place.inboxes))
            newest = entry(self.place.history, self.newest)
            if not self.place.status() and os.path.exists(newest):
                os.link(newest, self.place.path)

    def publish(self, payload):
        while True:
            try:
                return self.publish_staged(self.stage(payload))
            except Restored:
                self.begin()
            except OSError as error:
                if error.errno not in FULL or not self.make_room(len(payload)):
                    raise

    def stage(self, payload):
        path = os.path.join(self.place.staging, f"{self.id}.{next(self.serial)}")
        try:
            fd = os.open(path, CREATE, 0o600 if self.place.status() else 0o644)
        except FileNotFoundError as error:
            raise Restored from error
        made = chunk.Chunk(payload, self.stream or uuid.uuid4(), self.newest + 1, time.time_ns(), self.describes)
        os.write(fd, chunk.encode(made))
        self.step("staged", made.sequence)
        return path, fd, made

    def publish_staged(self, staged):
        path, fd, made = staged
        try:
            while not self.commit(path, fd, made):
                self.step("waiting", made.sequence)
                time.sleep(INTERVAL)
        except BaseException:
            unlink(path)
            os.close(fd)
            raise
        unlink(path)
        if self.published >= 0:
            os.close(self.published)
        self.published = fd
        return made.sequence

    def is_ours(self, x):
        return x is not None and self.published >= 0 and os.path.samestat(x, os.fstat(self.published))

    def commit(self, path, fd, made):
        """Steps 2 to 9. False if subscribers have no room."""
        with self.place.locked():
            x = self.place.status()
            if not names_file(path, fd) or not (self.is_ours(x) or self.owner.in_place()):
                raise Restored
            found = inboxes.in_directory(self.place.inboxes)
            self.follow_rights(x)
            if not self.is_ours(x) or self.newest == chunk.LAST_SEQUENCE:
                self.settle(found)
            self.set_number(fd, made)
            if not self.is_clean:
                self.clean_up()
                self.is_clean = True
            into = self.receivers(found, made.sequence)
            if into is None:
                return False
            if self.rights:
                self.rights.give_to(fd)
            self.link_into_history(path, fd, made, found)
            self.deliver(path, made.sequence, into)
            self.step("delivered", made.sequence)
            self.place.replace_by(path)
            self.step("replaced", made.sequence)
            self.newest, self.awaited = made.sequence, 0
            self.trim()
        return True

    def follow_rights(self, x):
        if x is None:
            return
        before, self.rights = self.rights, Rights(self.place.path, x)
        if before is None or before.access() != self.rights.access():
            follow_past(self.place, self.rights)

    def settle(self, found):
        newest, history_counts, shown = numbering.newest(self.place)
        self.stream, self.newest = (newest.stream, newest.sequence) if newest else (uuid.uuid4(), 0)
        for sequence in sequences(self.place.history) if history_counts else []:
            if shown < sequence <= self.newest:
                self.complete(sequence, found)
        if self.newest == chunk.LAST_SEQUENCE:
            self.stream, self.newest, history_counts = uuid.uuid4(), 0, False
        if not history_counts:
            self.empty_history()

    def empty_history(self):
        for sequence in sequences(self.place.history):
            unlink(entry(self.place.history, sequence))

    def complete(self, sequence, found):
        for inbox in found:
            inbox.put(entry(self.place.history, sequence), sequence)

    def set_number(self, fd, made):
        if (made.stream, made.sequence) != (self.stream, self.newest + 1):
            made.stream, made.sequence = self.stream, self.newest + 1
            os.pwrite(fd, chunk.metadata_of(made), chunk.metadata_offset(len(made.payload)))

    def clean_up(self):
        staged = listing(self.place.staging)
        living = set()
        for name in owner.names_in(self.place.producers):
            if name == self.id or not owner.remove_if_gone(self.owner_path(name)):
                living.add(name)
        for name in staged:
            if name.rpartition(".")[0] not in living:
                unlink(os.path.join(self.place.staging, name))
        self.drop_abandoned(inboxes.in_directory(self.place.inboxes))

    def drop_abandoned(self, found):
        for inbox in found:
            if inbox.is_abandoned():
                inbox.remove()
                owner.remove_if_gone(inbox.owner_path)

    def receivers(self, found, sequence):
        """The inboxes that get the chunk, or None if it must wait."""
        readable = [inbox for inbox in found if self.rights is None or self.rights.lets_read(*inbox.reader())]
        if self.lossless and len(readable) < len(found):
            raise Refused("a subscriber cannot read what is published")
        open_ones = [inbox for inbox in readable if not inbox.is_full(sequence, self.window)]
        too_few = self.awaited > 0 and sum(not inbox.is_abandoned() for inbox in found) < self.awaited
        if len(open_ones) < len(readable) and time.monotonic() > self.next_judgement:
            self.next_judgement = time.monotonic() + JUDGEMENT_INTERVAL
            self.drop_abandoned(readable)
        must_wait = self.lossless and (too_few or len(open_ones) < len(readable))
        return None if must_wait else open_ones

    def link_into_history(self, path, fd, made, found):
        while self.history > 0 or found or os.path.lexists(entry(self.place.history, made.sequence)):
            taken = entry(self.place.history, made.sequence)
            try:
                os.link(path, taken, follow_symlinks=False)
            except FileExistsError:
                self.roll_forward(taken, fd, made, found)
                continue
            except PermissionError:
                if found:
                    raise
            self.step("linked", made.sequence)
            return

    def roll_forward(self, taken, fd, made, found):
        self.check_overtaken(made)
        there = numbering.numbered(taken)
        if there is None or (there.stream, there.sequence) != (made.stream, made.sequence):
            unlink(taken)
            return
        self.complete(made.sequence, found)
        self.newest = made.sequence
        if self.newest == chunk.LAST_SEQUENCE:
            self.empty_history()
            self.stream, self.newest = uuid.uuid4(), 0
        self.set_number(fd, made)

    def check_overtaken(self, made):
        x = numbering.numbered(self.place.path)
        if x and x.stream == made.stream and x.sequence >= made.sequence and self.place.lock_is_in_place():
            self.overtaken += 1
            if self.overtaken > MOST_OVERTAKEN:
                raise Overtaken

    def deliver(self, path, sequence, into):
        delivered = 0
        for inbox in into:
            try:
                delivered += inbox.put(path, sequence)
            except OSError:
                if delivered == 0:
                    unlink(entry(self.place.history, sequence))
                raise
            self.step("one-inbox", sequence)

    def trim(self):
        entries = [sequence for sequence in sequences(self.place.history) if sequence <= self.newest]
        sizes = [os.lstat(entry(self.place.history, sequence)).st_size for sequence in entries]
        while entries and (len(entries) > self.history or sum(sizes) > self.history_bytes):
            unlink(entry(self.place.history, entries.pop(0)))
            sizes.pop(0)

    def make_room(self, size):
        freed = 0
        with self.place.locked():
            for sequence in sequences(self.place.history)[:-1]:
                path = entry(self.place.history, sequence)
                status = os.lstat(path)
                freed += status.st_size if status.st_nlink == 1 else 0
                unlink(path)
                if freed > size:
                    break
        return freed > 0

    def end(self):
        while self.awaited > 0 and self.count_subscribers() < self.awaited:
            time.sleep(INTERVAL)
        with self.place.locked():
            for inbox in inboxes.in_directory(self.place.inboxes):
                inbox.announce_end(self.place, self.id)
        for name in listing(self.place.staging):
            if name.rpartition(".")[0] == self.id:
                unlink(os.path.join(self.place.staging, name))
        self.owner.give_up()

    def count_subscribers(self):
        return sum(not inbox.is_abandoned() for inbox in inboxes.in_directory(self.place.inboxes))

    def wait_until_taken(self):
        """To be called after end()."""
        while any(inbox.has(self.newest) and owner.lives(inbox.owner_path) for inbox in inboxes.in_directory(self.place.inboxes)):
            time.sleep(INTERVAL)
