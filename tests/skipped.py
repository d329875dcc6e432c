# SPDX-License-Identifier: Apache-2.0
"""Says which tests of the last run of ctest skipped something, and why: a test that skips a part counts as passed.

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
    """What ctest has written; while it runs what follows the tests, its file has not got its name yet."""
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
