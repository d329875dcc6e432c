# SPDX-License-Identifier: Apache-2.0
"""Be a producer of a bus: its directories, ID and owner file."""

import os
import uuid

import busdirs
import cleanup
import judge
import paths
from ownerfile import OwnerFile


class Membership:
    """The ID of a producer, as long as its owner file exists."""

    def __init__(self, bus, beside, lossless):
        busdirs.check(bus)
        busdirs.check_owner(bus)
        busdirs.make(bus, beside, lossless)
        self._bus = bus
        self._count = 0
        self._held = busdirs.hold(bus)
        self.identity = str(uuid.uuid4())
        self._owner = OwnerFile(bus.producer(self.identity))
        self._refuse_unlocked()

    def _refuse_unlocked(self):
        """Refuse if a producer may publish where our locks do not reach."""
        for name in os.listdir(self._bus.producers):
            other = paths.owner_of(name)
            if other is None or other == self.identity:
                continue
            found = judge.judge(f"{self._bus.producers}/{name}")
            if found.in_charge and found.lock == judge.FREE:
                self._owner.give_up()
                raise busdirs.Refused(f"{name}: its producer may be alive on "
                                      f"another host; remove it if not")

    def clean_up(self):
        cleanup.clean_up(self._bus)

    def intact(self):
        return self._owner.intact()

    def new_path(self):
        """Return a path in staging that was not used before."""
        self._count += 1
        return f"{self._bus.staging}/{self.identity}.{self._count}"

    def leave(self):
        """Remove what this producer has in staging, and its owner file."""
        self.clear_staging()
        self._owner.give_up()
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    def clear_staging(self):
        try:
            names = os.listdir(self._bus.staging)
        except FileNotFoundError:
            return
        for name in names:
            if paths.staged_by(name) == self.identity:
                os.unlink(f"{self._bus.staging}/{name}")
