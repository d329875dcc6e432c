# SPDX-License-Identifier: Apache-2.0
"""Give a staged chunk its rights, and see who can read it."""

import sys

import acl
import chunkrights
from busdirs import Refused
from inboxes import user_name
from past import Past


class Transfer:
    """Carries the rights of X over to the chunk that replaces it."""

    def __init__(self, bus, identity, inboxes, lossless):
        self._bus = bus
        self._inboxes = inboxes
        self._lossless = lossless
        self._past = Past(bus, identity)
        self._last = None
        self._first = True
        self._reported = set()

    def check_subscribers(self):
        """Refuse to begin if a subscriber cannot read X."""
        try:
            with open(self._bus.path, "rb") as file:
                self._left_out(file.fileno())
        except OSError:
            pass

    def keep(self, fd):
        """Set the rights; return the inboxes to be left out."""
        rights = chunkrights.read(self._bus.path) or self._last
        if rights:
            chunkrights.apply(fd, rights)
        else:
            chunkrights.open_for_directory_group(fd, self._bus)
            self._let_subscribers_read(fd)
        self._restrict_past(rights or chunkrights.read_open(fd))
        return self._left_out(fd)

    def _restrict_past(self, rights):
        if self._first or rights.openness != self._last.openness:
            self._past.restrict(rights)
        self._first = False
        self._last = rights

    def _let_subscribers_read(self, fd):
        """Give a first chunk an entry for each subscriber who needs one."""
        users = set(self._inboxes.unable_to_read(fd).values())
        if not users:
            return
        rights = chunkrights.read_open(fd)
        entries = rights.list
        for user in users:
            entries = acl.add_reader(entries, user)
        try:
            acl.write(fd, entries)
        except OSError as error:
            print(f"cannot set the list of X: {error}", file=sys.stderr)

    def _left_out(self, fd):
        unable = self._inboxes.unable_to_read(fd)
        for name, user in unable.items():
            self._report(f"{user_name(user)} cannot read {self._bus.path}, "
                         f"but subscribes as {name}")
        return set(unable)

    def _report(self, message):
        """Refuse, or say once that an inbox is left out."""
        if self._lossless:
            raise Refused(message)
        if message not in self._reported:
            self._reported.add(message)
            print(message, file=sys.stderr)
