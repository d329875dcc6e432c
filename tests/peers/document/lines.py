# SPDX-License-Identifier: Apache-2.0
"""Read lines from the standard input until a request to stop."""

import os
import select

import stop


def lines():
    """Yield each line, its line feed included."""
    rest = b""
    while _wait():
        data = os.read(0, 65536)
        if not data:
            break
        *complete, rest = (rest + data).split(b"\n")
        yield from (line + b"\n" for line in complete)
    if rest and not stop.requested():
        yield rest


def _wait():
    """Wait for input; False if this process is to stop."""
    select.select([0, stop.wakeup_fd()], [], [])
    return not stop.requested()
