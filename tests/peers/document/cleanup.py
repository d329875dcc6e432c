# SPDX-License-Identifier: Apache-2.0
"""Remove what producers and unnamed subscribers left when they were killed.

`X.lock` must be held.
"""

import os
import sys

import files
import judge
import paths
import removal


def clean_up(bus):
    """Do what a producer does before its first publish."""
    staged = os.listdir(bus.staging)
    living = _living_producers(bus)
    for name in staged:
        identity = paths.staged_by(name)
        if identity and identity not in living:
            files.unlink(f"{bus.staging}/{name}")
    for name in _unnamed(bus):
        report(name, removal.remove_if_gone(bus, name))


def report(name, count):
    """Say how many chunks a removed inbox held."""
    if count is not None:
        print(f"removed the inbox {name}, which held {count} chunks",
              file=sys.stderr)


def _living_producers(bus):
    """Return the producers in charge; remove the owner files of others."""
    living = set()
    for name in os.listdir(bus.producers):
        identity = paths.owner_of(name)
        if identity is None:
            continue
        path = f"{bus.producers}/{name}"
        judgement = judge.judge(path)
        if judgement.in_charge:
            living.add(identity.lower())
        elif judgement.state == judge.GONE:
            judge.remove(path, judgement)
    return living


def _unnamed(bus):
    """Return the unnamed subscriptions, by inbox or owner file."""
    try:
        found = os.listdir(bus.inboxes)
    except FileNotFoundError:
        return set()
    names = {paths.owner_of(name) or name for name in found}
    return {name for name in names
            if paths.is_name(name) and paths.is_unnamed(name)}
