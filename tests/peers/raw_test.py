# SPDX-License-Identifier: Apache-2.0
"""What the tests of the raw format have in common."""

import os
import random
import tempfile

from bus_test import BusTestCase

PEER_BLOCK = 4096


def some_bytes(size):
    return random.Random(size).randbytes(size)


class RawTestCase(BusTestCase):
    """Our programs and the peers are started in the same way, so that each test can pair them as it likes."""

    def ours(self, command, *options, **streams):
        return self.start_ours(command, "--format", "raw", *options, **streams)

    def start_ours(self, command, *options, **streams):
        return (self.start_consumer if command == "consumer" else self.start_producer)(*options, **streams)

    def peer(self, command, *options, **streams):
        return self.start_peer(f"peer_raw_{command}.py", *options, **streams)

    def peer_with_unlinked_lock(self, command, *options, **streams):
        return self.peer(command, "--unlink-lock", *options, **streams)

    def with_input(self, start, content, *options):
        with tempfile.TemporaryFile(dir=self.scratch) as file:
            file.write(content)
            file.seek(0)
            return start("producer", *options, stdin=file)

    def bus_is_free(self):
        return not os.path.lexists(self.bus.path)

    def names(self):
        return sorted(os.listdir(os.path.dirname(self.bus.path)))
