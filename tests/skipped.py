# SPDX-License-Identifier: Apache-2.0
"""Lists the tests of the last run of ctest that skipped something, and why: a test that skips only a part counts as passed.

    skipped.py BUILD_DIRECTORY/Testing/Temporary
"""

import collections
import pathlib
import re
import sys

TEST = re.compile(r"^\d+/\d+ Testing: ([^\n]*)\n(.*?)^<end of output>", re.DOTALL | re.MULTILINE)
REASONS = (re.compile(r"^SKIP   : \w+::\w+\(.*?\) (.+)$", re.MULTILINE),  # QtTest
           re.compile(r"\.\.\. skipped ['\"](.+)['\"]$", re.MULTILINE),  # unittest
           re.compile(r"^skipped: (.+)$", re.MULTILINE))  # a script


def log(directory):
    """The log of ctest. While the commands that follow the tests run, its file does not have its final name yet."""
    unfinished = directory / "LastTest.log.tmp"
    return (unfinished if unfinished.exists() else directory / "LastTest.log").read_text(errors="replace")


def main():
    skips = collections.Counter((name, reason) for name, output in TEST.findall(log(pathlib.Path(sys.argv[1])))
                                for pattern in REASONS for reason in pattern.findall(output))
    if skips:
        print(f"\nNot tested, because something here does not permit it ({skips.total()} in {len({name for name, _ in skips})} tests):")
    for (name, reason), count in sorted(skips.items()):
        print(f"{count:6} in {name}: {reason}")


if __name__ == "__main__":
    main()
