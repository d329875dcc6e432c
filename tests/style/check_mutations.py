# SPDX-License-Identifier: Apache-2.0
"""Whether scripts/mutate can still apply each of its changes: a change of the sources must move its row along.

Run in the top directory.
"""

import pathlib
import re
import sys

sys.path.insert(0, "tests/mutations")
import mutate  # noqa: E402


def places(row):
    path = pathlib.Path(row.file)
    return len(re.findall(row.pattern(), path.read_text())) if path.is_file() else 0


def main():
    found = [(row, places(row)) for row in mutate.rows([])]
    wrong = [f"{mutate.TABLE}: the text is in the file {count} times, not once: {row}" for row, count in found if count != 1]
    print(*wrong, sep="\n")
    sys.exit(bool(wrong or not found))


if __name__ == "__main__":
    main()
