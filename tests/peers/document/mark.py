# SPDX-License-Identifier: Apache-2.0
"""The mark of a named subscription: how far its subscriber came."""

import os
import re
import stat

import files
import numbering
from metadata import NULL_UUID, UUID

SIZE = 58
NOTHING = (NULL_UUID, 0)
_FORM = re.compile(rf"({UUID.pattern}) ([0-9]{{20}})\n")


class Mark:
    """Names the last chunk that was acknowledged."""

    def __init__(self, bus, name, beside):
        self._bus = bus
        self._path = f"{bus.inbox(name)}/mark"
        self._beside = beside
        self._fd = -1

    def take_over(self):
        """Read the mark and make it again; return its place, or None."""
        try:
            place = self._read()
        except FileNotFoundError:
            place = self._newest()
        self._create(place)
        return place

    def write(self, place):
        """Overwrite the mark in place."""
        if os.fstat(self._fd).st_nlink == 0:
            self._create(place)
        else:
            files.write_all(self._fd, _text(place))

    def close(self):
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _read(self):
        """Return the place in the file; None means unknown."""
        fd = files.open_to_read(self._path)
        try:
            data = os.pread(fd, SIZE + 1, 0)
        finally:
            os.close(fd)
        match = _FORM.fullmatch(data.decode("ascii", "replace"))
        if not match:
            return None
        place = (match.group(1).lower(), int(match.group(3)))
        return place if (place[1] == 0) == (place[0] == NULL_UUID) else None

    def _newest(self):
        """Return the newest chunk of the bus; None if it is unreadable."""
        try:
            newest = numbering.find(self._bus)
        except OSError:
            return None
        return newest.place if newest.stream else NOTHING

    def _create(self, place):
        self.close()
        files.unlink(self._path)
        self._fd = files.create(self._path, self._beside.first_mode())
        self._beside.set_file(self._fd, stat.S_ISVTX)
        if place is not None:
            files.write_all(self._fd, _text(place))


def _text(place):
    return f"{place[0]} {place[1]:020d}\n".encode("ascii")
