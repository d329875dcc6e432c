# SPDX-License-Identifier: Apache-2.0
"""Remember which chunks were seen, to notice a bus that was put back."""

from collections import OrderedDict

MOST = 1024


class Seen:
    """The chunks that were seen last, by stream and sequence."""

    def __init__(self):
        self._found = OrderedDict()

    def add(self, chunk):
        self._found.pop(chunk.place, None)
        self._found[chunk.place] = chunk.fingerprint
        if len(self._found) > MOST:
            self._found.popitem(last=False)

    def forget(self, chunk):
        self._found.pop(chunk.place, None)

    def knows(self, chunk):
        """Tell whether this very chunk was seen."""
        return self._found.get(chunk.place) == chunk.fingerprint

    def contradicts(self, chunk):
        """Tell whether another chunk with this number was seen."""
        known = self._found.get(chunk.place)
        return known is not None and known != chunk.fingerprint
