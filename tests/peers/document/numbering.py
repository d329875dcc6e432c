# SPDX-License-Identifier: Apache-2.0
"""Find the newest chunk of a bus: the disk is the truth."""

import os
from dataclasses import dataclass, field

import files
import paths


@dataclass
class Newest:
    """The chunk after which the numbering continues."""

    stream: str = ""
    sequence: int = 0
    clear_history: bool = False
    beyond: list = field(default_factory=list)

    @property
    def place(self):
        return (self.stream, self.sequence)


def find(bus):
    """Return the newest chunk, without changing anything."""
    on_x = files.read_numbered(bus.path)
    names = paths.sequences_or_none(bus.history)
    entry = files.read_numbered(bus.entry(names[-1]), names[-1]) \
        if names else None
    if on_x:
        return _after_x(on_x.data, entry, names)
    if entry:
        beyond = [] if os.path.lexists(bus.path) else [entry.data.sequence]
        return Newest(entry.data.stream, entry.data.sequence, False, beyond)
    return _after_inboxes(bus)


def _after_x(data, entry, names):
    if not entry or entry.data.stream != data.stream:
        return Newest(data.stream, data.sequence, bool(names))
    beyond = [number for number in names if number > data.sequence]
    last = max(data.sequence, entry.data.sequence)
    return Newest(data.stream, last, False, beyond)


def _after_inboxes(bus):
    """Return the latest of the last entries of all inboxes."""
    found = [chunk for chunk in map(_last, _spools(bus)) if chunk]
    if not found:
        return Newest(clear_history=True)
    latest = max(found, key=lambda chunk: chunk.time)
    return Newest(latest.data.stream, latest.data.sequence, True)


def _spools(bus):
    try:
        names = [n for n in os.listdir(bus.inboxes) if paths.is_name(n)]
    except FileNotFoundError:
        return
    for name in names:
        yield bus.inbox(name)
        yield f"{bus.inbox(name)}/held"


def _last(directory):
    names = paths.sequences_or_none(directory)
    if not names:
        return None
    return files.read_numbered(f"{directory}/{names[-1]:020d}", names[-1])
