# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy on sources, those of each folder together: it spends nine tenths of its time in the headers of Qt.

    tidy.py BUILD < SOURCES      BUILD has the compile_commands.json of all sources

A source whose names clash with those of others gets into another unit. The units stay in BUILD/units. The status is 1 if anything is
found. Run it in the top directory.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

BUILD = pathlib.Path(sys.argv[1]).resolve()
UNITS = BUILD / "units"
MOST = 24  # sources in a unit
# What the output of moc includes.
MOC_HEADERS = ["<QtCore/qmetatype.h>", "<QtCore/qtmochelpers.h>", "<QtCore/qxptype_traits.h>", "<memory>"]


def listed_flags():
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"].replace("-isystem ", "-isystem"))
        yield entry["file"], [*words[1:words.index("-o")], "-iquote" + os.path.dirname(entry["file"])]


FLAGS = dict(listed_flags())


def command(unit, sources):
    flags = dict.fromkeys(flag for source in sources for flag in FLAGS[source])
    return ["clang++", *flags, "-w", "-ferror-limit=0", "-fsyntax-only", str(unit)]


def headers(source):
    """What it includes, except the output of moc, as seen from elsewhere."""
    for name in re.findall(r'^#include ([<"][^>"]+[>"])', pathlib.Path(source).read_text(), re.MULTILINE):
        beside = pathlib.Path(source).parent / name[1:-1]
        if not name.endswith('.moc"'):
            yield f'"{beside}"' if name[0] == '"' and beside.exists() else name


def write(unit, sources):
    """Each main() gets a name of its own, and each program of a test a namespace, into which its headers must not get."""
    apart = len(sources) > 1 and os.path.relpath(sources[0]).startswith("tests/")
    included = dict.fromkeys(MOC_HEADERS + [name for source in sources for name in headers(source)]) if apart else []
    lines = [f"#include {name}" for name in included]
    for number, source in enumerate(sources):
        part = [f"#define main main_{number}", f'#line 1 "{source}"', pathlib.Path(source).read_text(), "#undef main"]
        lines += [f"namespace unit_{number} {{", *part, "}"] if apart else part
    unit.write_text("\n".join(lines) + "\n")


def clashing(unit, sources):
    """The sources that do not compile after those before them."""
    compiled = subprocess.run(command(unit, sources), cwd=BUILD, stderr=subprocess.PIPE, text=True)
    wrong = re.findall(r"^(/.+?):\d+:\d+: (?:fatal )?error", compiled.stderr, re.MULTILINE)
    stems = {pathlib.Path(name).stem for name in wrong}  # the output of moc has the name of its source
    found = [source for source in sources[1:] if pathlib.Path(source).stem in stems]
    return found or (sources[1:] if compiled.returncode else [])


def units(folder, sources):
    number = 0
    while sources:
        unit, together, apart = UNITS / f"{folder}_{number}.cpp", sources, []
        write(unit, together)
        while len(together) > 1 and (clash := clashing(unit, together)):
            apart += clash
            together = [source for source in together if source not in clash]
            write(unit, together)
        yield unit, together
        number, sources = number + 1, apart


def folders(sources):
    found = {}
    for source in sources:
        name = os.path.relpath(os.path.dirname(source)).replace("/", "-")
        while len(found.setdefault(name, [])) == MOST:
            name += "-"
        found[name].append(source)
    return found


def placed(unit, findings):
    """clang-tidy does not know #line."""
    lines = unit.read_text().splitlines()

    def place(match):
        begin = next(number for number in range(int(match[1]) - 1, -1, -1) if lines[number].startswith("#line"))
        return lines[begin].split('"')[1] + f":{int(match[1]) - begin - 1}:"

    return re.sub(re.escape(str(unit)) + r":(\d+):", place, findings)


def check(folder):
    """Whether clang-tidy finds nothing."""
    clean = True
    for unit, sources in units(*folder):
        tidy = ["clang-tidy", "--quiet", "--warnings-as-errors=*", str(unit), "--", *command(unit, sources)[1:-2]]
        # Its standard error only counts warnings, most of them in system headers.
        ran = subprocess.run(tidy, cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        print(placed(unit, ran.stdout), end="", flush=True)
        clean = clean and ran.returncode == 0
    return clean


def main():
    UNITS.mkdir(exist_ok=True)
    found = folders(os.path.abspath(line.strip()) for line in sys.stdin)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        sys.exit(not all(list(pool.map(check, found.items()))))


if __name__ == "__main__":
    main()
