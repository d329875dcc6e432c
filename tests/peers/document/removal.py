# SPDX-License-Identifier: Apache-2.0
"""Remove inboxes."""

import errno
import os

import files
import judge
import paths


def remove_inbox(bus, name):
    """Remove an inbox; return how many chunks it held."""
    inbox = bus.inbox(name)
    count = len(paths.sequences_or_none(inbox))
    count += len(paths.sequences_or_none(f"{inbox}/held"))
    while not _try_to_remove(inbox):
        pass
    return count


def _try_to_remove(inbox):
    """Empty and remove the inbox; False if somebody added an entry."""
    try:
        _remove_directory(f"{inbox}/held")
        _remove_directory(inbox)
    except OSError as error:
        if error.errno != errno.ENOTEMPTY:
            raise
        return False
    return True


def _remove_directory(path):
    try:
        for name in os.listdir(path):
            if name != "held" or path.endswith("/held"):
                files.unlink(f"{path}/{name}")
        os.rmdir(path)
    except FileNotFoundError:
        pass


def remove_if_gone(bus, name):
    """Remove an unnamed subscription whose owner is gone.

    `X.lock` must be held. Return how many chunks the inbox held, or None if
    the owner is in charge.
    """
    judgement = judge.judge(bus.subscriber(name))
    if judgement.in_charge:
        return None
    count = remove_inbox(bus, name)
    judge.remove(bus.subscriber(name), judgement)
    return count
