# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "Lossless": the subscriber."""

import contextlib
import errno
import os
import time
import uuid

import chunk
import mark
import numbering
import owner
from inboxes import Inbox
from place import Refused, entry, listing, read_chunk, sequences, unlink

INTERVAL = 0.0005  # seconds between two looks
GRACE = 10  # seconds for errors that pass
REMEMBERED = 256
MOST_DAMAGED, MOST_DAMAGED_BYTES = 16, 64 << 20
PASSES = [getattr(errno, name) for name in "EINTR EAGAIN EIO ESTALE EBUSY EMFILE ENFILE ENOMEM ENOBUFS ETIMEDOUT ENOENT".split()]


class HeardProducers:
    """The producers that the subscriber has received from, and that have not ended."""

    def __init__(self, directory):
        self.directory = directory
        self.span = {}  # ID to the first and the last sequence

    def hear(self, producer, sequence):
        if producer:
            first, _ = self.span.get(producer, (sequence, sequence))
            self.span[producer] = first, sequence

    def note_end(self, producer):
        first, _ = self.span.pop(producer, (chunk.LAST_SEQUENCE, 0))
        for other, (_, last) in list(self.span.items()):
            if last <= first and not owner.lives(self.owner_path(other)):
                del self.span[other]

    def have_ended(self, ends):
        others = [name for name in owner.names_in(self.directory) if chunk.parse_uuid(name) not in ends]
        return not self.span and not any(owner.lives(self.owner_path(name)) for name in others)

    def owner_path(self, producer):
        return os.path.join(self.directory, f"{producer}{owner.SUFFIX}")


class Subscriber:
    """After open(), next() returns a Chunk, a number of lost chunks, or None at the end of the stream. Acknowledge each chunk."""

    def __init__(self, place, name="", report=lambda _: None):
        self.place, self.report = place, report
        self.inbox = Inbox(place.inboxes, name or f"~{uuid.uuid4()}")
        self.heard = HeardProducers(place.producers)
        self.mark = mark.Mark(place, self.inbox.path) if name else None
        self.before = None  # where an earlier subscriber has stopped
        self.owner = None
        self.stream, self.taken = None, 0
        self.newest = {}  # of each stream
        self.seen = {}  # sequence to signature, of this stream
        self.counted = set()  # damaged ones, ahead of the chunk taken last
        self.unacknowledged = []  # stream and sequence
        self.held = 0  # how many of them
        self.pending = []
        self.ends = []
        self.trouble_since = None

    def open(self):
        self.place.make_directories(self.place.inboxes)
        with self.place.locked():
            self.take_inbox()

    def take_inbox(self):
        is_again = self.owner is not None
        if not owner.remove_if_gone(self.inbox.owner_path):
            raise Refused(f"the name {self.inbox.name} is in use")
        self.owner = owner.OwnerFile(self.place.inboxes, self.inbox.name)
        self.place.make_directory(self.inbox.path)
        if not self.inbox.exists():
            self.owner.give_up()
            raise Refused(f"{self.inbox.path} is not a directory")
        self.put_back_held()
        if self.mark:
            found = self.mark.read()
            self.before = self.before if is_again else found
            self.mark.make(found or self.newest_position())

    def newest_position(self):
        newest, _, _ = numbering.newest(self.place)
        return (newest.stream, newest.sequence) if newest else (None, 0)

    def put_back_held(self):
        self.held = 0
        for sequence in sequences(self.inbox.held):
            os.rename(entry(self.inbox.held, sequence), entry(self.inbox.path, sequence))
            unlink(entry(self.inbox.held, sequence))

    def next(self):
        while not self.pending:
            try:
                self.look()
                self.trouble_since = None
            except OSError as error:
                self.trouble_since = self.trouble_since or time.monotonic()
                if error.errno not in PASSES or time.monotonic() > self.trouble_since + GRACE:
                    raise
            if not self.pending:
                time.sleep(INTERVAL)
        return self.pending.pop(0)

    def look(self):
        if os.path.lexists(entry(self.inbox.path, self.taken + 1)):
            self.take(self.taken + 1)
        elif self.is_in_place():
            self.search()

    def is_in_place(self):
        if self.owner.in_place() and self.inbox.exists():
            return True
        if not self.inbox.exists():
            raise FileNotFoundError(errno.ENOENT, "it was removed", self.inbox.path) if self.mark else Refused("it was removed")
        with self.place.locked():
            self.take_inbox()
        return False

    def untaken(self):
        taken = {sequence for _, sequence in self.unacknowledged[self.held :]}
        return [sequence for sequence in sequences(self.inbox.path) if sequence not in taken]

    def search(self):
        names = os.listdir(self.inbox.path)
        ends = [chunk.parse_uuid(name[: -len(".end")]) for name in names if name.endswith(".end")]
        waiting = self.untaken()  # after the ends: reading a directory is no snapshot
        if waiting:
            self.take(waiting[0])
        elif ends:
            self.look_for_end(ends)

    def take(self, sequence):
        path = entry(self.inbox.path, sequence)
        try:
            found = read_chunk(path)
            if found is None and not os.path.lexists(path):
                raise FileNotFoundError(errno.ENOENT, "it has vanished", path)
            if found is None or found.sequence != sequence:
                raise chunk.NotAChunk("it is empty, or another chunk")
        except chunk.NotAChunk as error:
            self.set_aside(sequence, error)
        else:
            self.take_chunk(found)

    def take_chunk(self, found):
        if found.stream != self.stream:
            self.seen.clear()
        before, self.before = self.before, None
        if before and before[0] in (None, found.stream) and before[1] < found.sequence:
            self.newest[found.stream] = before[1]
        newest = self.newest.get(found.stream, found.sequence - 1)
        self.stream, self.taken = found.stream, found.sequence
        if found.sequence <= newest and self.seen.get(found.sequence) == found.signature():
            unlink(entry(self.inbox.path, found.sequence))  # of a producer that rolled forward
            return
        if found.sequence <= newest:
            self.report(f"the bus was put back: after chunk {newest} comes chunk {found.sequence}")
        lost = sum(1 for missing in range(newest + 1, found.sequence) if missing not in self.counted)
        self.counted = {damaged for damaged in self.counted if damaged > found.sequence}
        self.newest[found.stream] = found.sequence
        self.seen[found.sequence] = found.signature()
        self.seen.pop(found.sequence - REMEMBERED, None)
        self.unacknowledged.append((found.stream, found.sequence))
        self.heard.hear(found.producer_id(), found.sequence)
        self.pending += [lost, found] if lost else [found]

    def set_aside(self, sequence, why):
        self.report(f"chunk {sequence} is damaged: {why}")
        self.place.make_directory(self.place.damaged)
        path = free = os.path.join(self.place.damaged, f"{self.inbox.name}.{sequence:020d}")
        again = 0
        while os.path.lexists(free):
            again += 1
            free = f"{path}.{again}"
        self.taken = sequence
        if not self.unacknowledged:
            self.write_mark(self.stream, sequence)
        os.rename(entry(self.inbox.path, sequence), free)
        self.counted.add(sequence)
        self.trim_damaged(free)
        self.pending.append(1)

    def trim_damaged(self, newest):
        kept = [os.path.join(self.place.damaged, name) for name in listing(self.place.damaged)]
        kept.sort(key=lambda path: (path == newest, os.lstat(path).st_ctime_ns))
        while len(kept) > MOST_DAMAGED or (len(kept) > 1 and sum(os.lstat(path).st_size for path in kept) > MOST_DAMAGED_BYTES):
            with contextlib.suppress(IsADirectoryError):
                unlink(kept.pop(0))

    def write_mark(self, stream, sequence):
        if self.mark and stream:
            self.mark.write(stream, sequence)

    def hold(self):
        """Makes room for producers without acknowledging the chunks taken."""
        self.place.make_directory(self.inbox.held)
        for _, sequence in self.unacknowledged[self.held :]:
            os.rename(entry(self.inbox.path, sequence), entry(self.inbox.held, sequence))
            self.held += 1

    def acknowledge(self):
        stream, sequence = self.unacknowledged.pop(0)
        self.write_mark(stream, sequence)
        unlink(entry(self.inbox.held if self.held else self.inbox.path, sequence))
        self.held = max(self.held - 1, 0)

    def look_for_end(self, ends):
        for producer in ends:
            self.heard.note_end(producer)
        self.ends = ends
        if not self.heard.have_ended(ends):
            self.remove_ends(ends[1:])
        elif self.mark or self.leave_at_end(ends):
            self.pending.append(None)

    def leave_at_end(self, ends):
        with self.place.locked():
            is_over = not self.untaken() and self.heard.have_ended(ends)
            if is_over:
                self.inbox.remove()
                self.owner.give_up()
        return is_over

    def remove_ends(self, ends):
        for producer in ends:
            unlink(os.path.join(self.inbox.path, f"{producer}.end"))

    def leave(self):
        """To be called also after next() has returned None and that was processed."""
        if self.mark:
            self.remove_ends(self.ends)
        elif self.owner.in_place():
            self.inbox.remove()
        else:
            return
        self.owner.give_up()
