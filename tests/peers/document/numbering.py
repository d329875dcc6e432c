# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "The number": determines the number of the next chunk. Changes nothing."""

import chunk
import inboxes
from place import entry, read_chunk, sequences


def numbered(path):
    try:
        found = read_chunk(path)
    except (chunk.NotAChunk, PermissionError):
        return None
    return found if found and found.sequence else None


def last_of(spool):
    entries = sequences(spool)
    return numbered(entry(spool, entries[-1])) if entries else None


def newest(place):
    """The newest chunk of the bus or None, whether the history is of its stream, and the number that X shows of that stream."""
    x, last = numbered(place.path), last_of(place.history)
    if x and last and x.stream == last.stream:
        return max(x, last, key=lambda found: found.sequence), True, x.sequence
    if x:
        return x, False, x.sequence
    if last:
        return last, True, last.sequence - 1
    spools = [spool for inbox in inboxes.in_directory(place.inboxes) for spool in (inbox.path, inbox.held)]
    waiting = max(filter(None, map(last_of, spools)), key=lambda found: found.time, default=None)
    return waiting, False, waiting.sequence if waiting else 0
