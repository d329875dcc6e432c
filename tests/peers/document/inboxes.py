# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "What producers do" and "Leaving": the inboxes of a bus, from the view of producers."""

import contextlib
import errno
import os
import stat

import owner
from place import entry, listing, sequences, unlink


def in_directory(inboxes):
    return [Inbox(inboxes, name) for name in listing(inboxes) if Inbox(inboxes, name).exists()]


class Inbox:
    def __init__(self, inboxes, name):
        self.name = name
        self.inboxes = inboxes
        self.path = os.path.join(inboxes, name)
        self.held = os.path.join(self.path, "held")
        self.owner_path = self.path + owner.SUFFIX

    def exists(self):
        with contextlib.suppress(FileNotFoundError):
            return stat.S_ISDIR(os.lstat(self.path).st_mode)
        return False

    def is_named(self):
        return not self.name.startswith("~")

    def is_abandoned(self):
        return not self.is_named() and not owner.lives(self.owner_path)

    def reader(self):
        """User and group."""
        inbox = os.lstat(self.path)
        with contextlib.suppress(FileNotFoundError):
            return os.lstat(self.owner_path).st_uid, inbox.st_gid
        return inbox.st_uid, inbox.st_gid

    def is_full(self, sequence, window):
        waiting = sequences(self.path)
        return len(waiting) >= window or (bool(waiting) and waiting[-1] >= sequence)

    def put(self, file, sequence):
        """True if the inbox holds the chunk, False if the subscriber has left."""
        try:
            os.link(file, entry(self.path, sequence), follow_symlinks=False)
        except FileExistsError:
            return True
        except OSError:
            if self.exists():
                raise
            return False
        return True

    def announce_end(self, place, producer):
        try:
            os.close(place.create_shared(os.path.join(self.path, f"{producer}.end")))
        except FileExistsError:
            pass
        except FileNotFoundError:
            if self.exists():
                raise

    def has(self, sequence):
        return any(os.path.lexists(entry(spool, sequence)) for spool in (self.path, self.held))

    def remove(self):
        while True:
            for directory in (self.held, self.path):
                for name in listing(directory):
                    with contextlib.suppress(IsADirectoryError):
                        unlink(os.path.join(directory, name))
                try:
                    os.rmdir(directory)
                except FileNotFoundError:
                    pass
                except OSError as error:
                    if error.errno != errno.ENOTEMPTY:
                        raise
            if not self.exists():
                return
