# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "The mark": the progress of a named subscriber."""

import os
import re
import stat
import uuid

from place import READ, unlink

FORM = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([0-9]{20})\n")


class Mark:
    def __init__(self, place, inbox):
        self.place = place
        self.path = os.path.join(inbox, "mark")
        self.fd = -1

    def read(self):
        """Stream (None before the first) and sequence, or None if that is unknown."""
        try:
            with open(os.open(self.path, READ), "rb") as file:
                found = FORM.fullmatch(file.read(64).decode(errors="replace"))
        except OSError:
            return None
        if not found:
            return None
        stream, sequence = uuid.UUID(found[1]), int(found[2])
        return (stream if stream.int else None, sequence) if bool(stream.int) == bool(sequence) else None

    def make(self, position):
        if self.fd >= 0:
            os.close(self.fd)
        unlink(self.path)
        self.fd = self.place.create_shared(self.path)
        os.fchmod(self.fd, stat.S_IMODE(os.fstat(self.fd).st_mode) & 0o777 | stat.S_ISVTX)
        if position is not None:
            self.write(*position)

    def write(self, stream, sequence):
        if os.fstat(self.fd).st_nlink == 0:
            self.make(None)
        os.pwrite(self.fd, f"{stream or uuid.UUID(int=0)} {sequence:020d}\n".encode(), 0)
