# SPDX-License-Identifier: Apache-2.0
"""The paths and names of a bus."""

import os
import re

from metadata import GREATEST, UUID

_SEQUENCE = re.compile(r"[0-9]{20}")
_STAGED = re.compile(rf"({UUID.pattern})\.([0-9]+|copy)")


class Bus:
    """Where the parts of the bus X lie."""

    def __init__(self, path):
        self.path = path
        self.directory = os.path.dirname(path) or "."
        self.lock = path + ".lock"
        self.root = path + ".d"
        self.staging = f"{self.root}/staging"
        self.history = f"{self.root}/history"
        self.producers = f"{self.root}/producers"
        self.inboxes = f"{self.root}/inbox"
        self.damaged = f"{self.root}/damaged"

    def inbox(self, name):
        return f"{self.inboxes}/{name}"

    def subscriber(self, name):
        """Return the owner file of a subscriber."""
        return f"{self.inboxes}/{name}.owner"

    def producer(self, identity):
        """Return the owner file of a producer."""
        return f"{self.producers}/{identity}.owner"

    def entry(self, sequence):
        """Return the path of a history entry."""
        return f"{self.history}/{sequence:020d}"


def sequence_of(name):
    """Return the sequence that a name of a spool states, or None."""
    if not _SEQUENCE.fullmatch(name):
        return None
    number = int(name)
    return number if 1 <= number <= GREATEST else None


def sequences(directory):
    """Return the sequences in a spool, in order."""
    found = (sequence_of(name) for name in os.listdir(directory))
    return sorted(number for number in found if number)


def sequences_or_none(directory):
    """The same, for a spool that need not exist."""
    try:
        return sequences(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []


def is_unnamed(name):
    """Tell whether the subscription `name` is an unnamed one."""
    return name.startswith("~")


def is_name(name):
    """Tell whether `name` can be the name of a subscription."""
    if not 1 <= len(os.fsencode(name)) <= 200 or name.startswith("."):
        return False
    if name.endswith(".owner") or any(c < " " or c in "/\x7f" for c in name):
        return False
    return not is_unnamed(name) or bool(UUID.fullmatch(name[1:]))


def end_of(name):
    """Return the producer whose end of stream has this name, or None."""
    identity = name.removesuffix(".end")
    good = name.endswith(".end") and UUID.fullmatch(identity)
    return identity.lower() if good else None


def owner_of(name):
    """Return whose owner file has this name, or None."""
    good = name.endswith(".owner") and not name.startswith(".")
    return name.removesuffix(".owner") if good else None


def is_unfinished(name):
    """Tell whether the name is that of an unfinished owner file."""
    return bool(re.fullmatch(rf"\.{UUID.pattern}\.owner", name))


def staged_by(name):
    """Return the producer of a file in staging, or None."""
    match = _STAGED.fullmatch(name)
    return match.group(1).lower() if match else None
