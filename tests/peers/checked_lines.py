# SPDX-License-Identifier: Apache-2.0
"""Lines that can be checked for integrity, origin and order: "SOURCE NUMBER FILLER CRC".

usage: checked_lines.py SOURCE SECONDS

writes one line per write(2), as fast as the reader takes them, and finally prints their number on stderr.
"""

import os
import sys
import time
import zlib

SMALLEST, LARGEST = 64, 4000  # one page of a pipe holds a line
FILLER = b"0123456789abcdef" * (LARGEST // 16)


def size_of(number):
    return SMALLEST + number * 7919 % (LARGEST - SMALLEST)


def make(source, number):
    head = b"%s %d " % (source.encode(), number)
    body = head + FILLER[: size_of(number) - len(head) - 10]
    return body + b" %08x\n" % zlib.crc32(body)


def check(line):
    """Source and number of a line. Raises ValueError if the line is not intact."""
    body, crc = line.rsplit(b" ", 1)
    if not crc.endswith(b"\n") or int(crc, 16) != zlib.crc32(body):
        raise ValueError(f"torn: {line[:60]!r}… ({len(line)} bytes)")
    source, number, _ = body.split(b" ", 2)
    return source.decode(), int(number)


def write_lines(source, seconds):
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
        os.write(1, make(source, number))
    return number


if __name__ == "__main__":
    print(write_lines(sys.argv[1], float(sys.argv[2])), file=sys.stderr)
