# SPDX-License-Identifier: Apache-2.0
"""The inboxes as a producer sees them."""

import errno
import os
import pwd
import stat
import time

import acl
import chunkrights
import cleanup
import files
import judge
import paths
import removal

JUDGE_INTERVAL = 0.5


class Inboxes:
    """Looks at the inboxes of a bus and links chunks into them."""

    def __init__(self, bus, identity, window):
        self._bus = bus
        self._copy = f"{bus.staging}/{identity}.copy"
        self._window = window
        self._judged = {}

    def names(self):
        """Return the names of all inboxes."""
        try:
            found = os.listdir(self._bus.inboxes)
        except FileNotFoundError:
            return []
        return sorted(name for name in found if paths.is_name(name)
                      and _is_directory(self._bus.inbox(name)))

    def subscriptions(self):
        """Count the named subscriptions and the living unnamed ones."""
        return sum(not paths.is_unnamed(name) or self._owner(name).in_charge
                   for name in self.names())

    def full(self, sequence):
        """Return the inboxes that have no room for this sequence."""
        return [name for name in self.names()
                if self._is_full(name, sequence)
                and not self._removed(name)]

    def _owner(self, name):
        return judge.judge(self._bus.subscriber(name))

    def _is_full(self, name, sequence):
        waiting = paths.sequences_or_none(self._bus.inbox(name))
        return len(waiting) >= self._window \
            or bool(waiting) and waiting[-1] >= sequence

    def _removed(self, name):
        """Remove an inbox in the way whose unnamed subscriber was killed."""
        now = time.monotonic()
        if not paths.is_unnamed(name) \
                or now - self._judged.get(name, 0) < JUDGE_INTERVAL:
            return False
        self._judged[name] = now
        count = removal.remove_if_gone(self._bus, name)
        cleanup.report(name, count)
        return count is not None

    def link(self, path, name, sequence):
        """Link a chunk into an inbox; False if the inbox is gone."""
        target = f"{self._bus.inbox(name)}/{sequence:020d}"
        try:
            os.link(path, target, follow_symlinks=False)
        except FileExistsError:
            pass
        except FileNotFoundError:
            if os.path.isdir(self._bus.inbox(name)):
                raise
            return False
        except PermissionError as error:
            if error.errno != errno.EPERM:
                raise
            self._copy_to(path, target)
        return True

    def _copy_to(self, path, target):
        """Put a copy into the inbox, where a link is forbidden."""
        source = files.open_to_read(path)
        files.unlink(self._copy)
        copy = files.create(self._copy, 0o600)
        try:
            files.write_all(copy, files.read_all(source))
            chunkrights.apply(copy, chunkrights.read_open(source))
        finally:
            os.close(copy)
            os.close(source)
        os.rename(self._copy, target)

    def unable_to_read(self, fd):
        """Return the inboxes whose subscriber cannot read an open file."""
        status = os.fstat(fd)
        entries = acl.read(fd) or acl.from_mode(status.st_mode)
        return {name: user for name, user, group in self._readers()
                if user not in (0, os.geteuid()) and not acl.can_read(
                    entries, status.st_uid, status.st_gid, user, group)}

    def _readers(self):
        """Yield each inbox with the user and the group that read it."""
        for name in self.names():
            try:
                inbox = os.lstat(self._bus.inbox(name))
            except FileNotFoundError:
                continue
            yield name, self._user(name, inbox), inbox.st_gid

    def _user(self, name, inbox):
        try:
            return os.lstat(self._bus.subscriber(name)).st_uid
        except FileNotFoundError:
            return inbox.st_uid

    def end(self, identity, rights):
        """Announce the end of stream in all inboxes."""
        for name in self.names():
            self._end(f"{self._bus.inbox(name)}/{identity}.end", rights)

    @staticmethod
    def _end(path, rights):
        try:
            fd = files.create(path, rights.first_mode())
        except (FileExistsError, FileNotFoundError):
            return
        try:
            rights.set_file(fd)
        finally:
            os.close(fd)


def user_name(user):
    """Return the name of a user for a message."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _is_directory(path):
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False
