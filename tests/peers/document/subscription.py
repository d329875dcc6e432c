# SPDX-License-Identifier: Apache-2.0
"""Own a subscription: its inbox and its owner file."""

import os
import stat
import time
import uuid

import busdirs
import files
import judge
import paths
import removal
from beside import Beside
from buslock import BusLock
from mark import Mark
from ownerfile import OwnerFile

PATIENCE = 10


class InUse(Exception):
    """Another process holds the name."""


class InboxGone(Exception):
    """The inbox is gone, and with it what waited there."""


class Subscription:
    """The subscription of this process."""

    def __init__(self, bus, name=None):
        self.bus = bus
        self.named = name is not None
        self.name = name or f"~{uuid.uuid4()}"
        if not paths.is_name(self.name) or \
                self.named and paths.is_unnamed(self.name):
            raise busdirs.Refused(f"{name} cannot be the name of a subscriber")
        self.inbox = bus.inbox(self.name)
        self.held = f"{self.inbox}/held"
        self.beside = Beside(bus.directory)
        self.lock = BusLock(bus, self.beside)
        self.mark = Mark(bus, self.name, self.beside)

    def subscribe(self):
        """Take the name and the inbox; return the place of the mark."""
        busdirs.check(self.bus)
        busdirs.make(self.bus, self.beside, True)
        self._cleaners = busdirs.hold(self.bus)
        with self.lock:
            self._take_name()
            self._make_inbox()
            self.put_back()
            return self.mark.take_over() if self.named else None

    def _take_name(self):
        path = self.bus.subscriber(self.name)
        judgement = judge.judge(path)
        if judgement.in_charge:
            raise InUse(f"{self.name} is in use ({judgement.state}: {path})")
        judge.remove(path, judgement)
        try:
            self.owner = OwnerFile(path)
        except FileExistsError:
            raise InUse(f"{self.name} is in use ({path})") from None

    def _make_inbox(self):
        self.beside.make_directory(self.inbox)
        if not stat.S_ISDIR(os.lstat(self.inbox).st_mode):
            self.owner.give_up()
            raise busdirs.Refused(f"{self.inbox} is not a directory")

    def put_back(self):
        """Move what is held back into the inbox."""
        for sequence in paths.sequences_or_none(self.held):
            entry = f"{sequence:020d}"
            os.rename(f"{self.held}/{entry}", f"{self.inbox}/{entry}")
            files.unlink(f"{self.held}/{entry}")

    def hold(self, sequence):
        """Take a chunk out of the way of producers; return its path."""
        entry = f"{sequence:020d}"
        if not os.path.isdir(self.held):
            self.beside.make_directory(self.held)
        os.rename(f"{self.inbox}/{entry}", f"{self.held}/{entry}")
        return f"{self.held}/{entry}"

    def intact(self):
        """Tell whether owner file and inbox are still in their places."""
        return self.owner.intact() and os.path.isdir(self.inbox)

    def take_again(self):
        """Take the inbox of a bus that was restored."""
        deadline = time.monotonic() + PATIENCE * self.named
        while not os.path.isdir(self.inbox):
            if time.monotonic() >= deadline:
                self.owner.give_up()
                raise InboxGone(f"{self.inbox} is gone")
            time.sleep(0.1)
        with self.lock:
            if not self.owner.intact():
                self.owner.give_up()
                self._take_name()
            self.put_back()
            if self.named and not os.path.exists(f"{self.inbox}/mark"):
                self.mark.take_over()

    def leave(self):
        """Leave before the end; an unnamed inbox goes."""
        self.mark.close()
        if not self.named and self.owner.intact():
            removal.remove_inbox(self.bus, self.name)
        self.owner.give_up()
