# SPDX-License-Identifier: Apache-2.0
"""Put damaged entries of an inbox aside."""

import os
import shutil
import stat
import sys

import files

MOST_ENTRIES = 16
MOST_BYTES = 64 * 1024 * 1024


class Damaged:
    """The directory `X.d/damaged`."""

    def __init__(self, subscription):
        self._directory = subscription.bus.damaged
        self._name = subscription.name
        self._beside = subscription.beside

    def move(self, path, sequence, why):
        """Move a damaged entry here, and report it."""
        self._beside.make_directory(self._directory)
        target = self._free(f"{self._directory}/{self._name}.{sequence:020d}")
        os.rename(path, target)
        print(f"chunk {sequence} is lost: {why}; see {target}",
              file=sys.stderr)
        self._trim()

    @staticmethod
    def _free(path):
        """Return the path, or the first one that is not taken."""
        candidate, number = path, 0
        while os.path.lexists(candidate):
            number += 1
            candidate = f"{path}.{number}"
        return candidate

    def _trim(self):
        """Remove the oldest entries, but never the newest."""
        entries = []
        for name in os.listdir(self._directory):
            path = f"{self._directory}/{name}"
            status = os.lstat(path)
            entries.append((status.st_ctime_ns, path, status.st_size))
        entries.sort()
        while len(entries) > 1 and self._is_too_much(entries):
            _remove(entries.pop(0)[1])

    @staticmethod
    def _is_too_much(entries):
        return len(entries) > MOST_ENTRIES \
            or sum(size for _, _, size in entries) > MOST_BYTES


def _remove(path):
    if stat.S_ISDIR(os.lstat(path).st_mode):
        shutil.rmtree(path)
    else:
        files.unlink(path)
