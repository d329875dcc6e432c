# SPDX-License-Identifier: Apache-2.0
"""Applies small harmful changes to a copy of the sources, one at a time. The test named beside each change must fail.

    mutate.py COPY [WORD…]      creates or updates the copy; WORDs select the rows that contain one of them

Run it in the top directory. The status is 1 if a change survives, if its text is not in the file exactly once, if it does not
compile, or if its test fails without it.
"""

import dataclasses
import filecmp
import functools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

TABLE = pathlib.Path("tests/mutations/mutations.txt")
PRESET = "dev"
LINE_END = "⏎"
PATIENCE = 150  # seconds for a test; a test that hangs has noticed the change as well


class Mistake(Exception):
    """A row that cannot be tried."""


@dataclasses.dataclass(frozen=True)
class Row:
    file: str
    before: str
    after: str
    test: str  # its name in CTest, and optionally functions of it

    @classmethod
    def parse(cls, line):
        try:
            file, change, test = line.split(" :: ")
            before, after = (change + " ").split(" => ")  # nothing after the arrow removes the text
        except ValueError:
            sys.exit(f"not a row (FILE :: BEFORE => AFTER :: TEST): {line}")
        return cls(file.strip(), before.strip(), after.strip(), test.strip())

    def pattern(self):
        """Matches the text before the change; ⏎ stands for a line break and the spaces around it."""
        return re.escape(self.before).replace(LINE_END, r"\s*\n\s*")

    def __str__(self):
        return f"{self.file}: {self.before} => {self.after}"


def rows(words):
    lines = [line for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return [Row.parse(line) for line in lines if not words or any(word in line for word in words)]


class Copy:
    """The sources, and a build of them, where they can be broken."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.update()
        # Without optimisation, because most of the time is spent in the compiler.
        self.run("cmake", "--preset", PRESET, "-DCMAKE_CXX_FLAGS_DEBUG=-O0", stdout=subprocess.DEVNULL, check=True)
        self.commands = dict(self.listed_commands())
        self.properties = {test["name"]: test["properties"] for test in self.tests()}

    def update(self):
        """Writes only what differs, so that nothing else is compiled again."""
        wanted, skipped = set(), (pathlib.Path("build"), pathlib.Path(".git"))
        for folder, folders, files in os.walk("."):
            folders[:] = [name for name in folders if pathlib.Path(folder, name) not in skipped]
            for source in (pathlib.Path(folder, name) for name in files):
                target = self.directory / source
                wanted.add(target)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.is_file() or not filecmp.cmp(source, target, shallow=False):
                    shutil.copy(source, target)
        for path in self.directory.rglob("*"):
            if path.is_file() and path not in wanted and "build" not in path.relative_to(self.directory).parts[:1]:
                path.unlink()

    def run(self, *command, **options):
        return subprocess.run(command, cwd=self.directory, **options)

    def listed_commands(self):
        """The commands of all tests. CTest itself lists only those of programs that are built."""
        for listing in (self.directory / "build" / PRESET).rglob("CTestTestfile.cmake"):
            for name, command in re.findall(r"^add_test\(\[=\[(\S+)\]=\] (.*)\)$", listing.read_text(), re.MULTILINE):
                yield name, re.findall(r'"([^"]*)"', command)

    def tests(self):
        listing = self.run("ctest", "--preset", PRESET, "--show-only=json-v1", stdout=subprocess.PIPE, check=True)
        return json.loads(listing.stdout)["tests"]

    def build(self, *tests):
        """Builds the programs of the tests and the programs that they run."""
        programs = {pathlib.Path(self.command(test)[0]).name for test in tests}
        targets = {program if program.startswith("tst_") else "filebus_program" for program in programs}
        return self.run("cmake", "--build", "--preset", PRESET, "--parallel", "2", "--target", *sorted(targets),
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def command(self, test):
        name, *functions = test.split()
        if name not in self.commands:
            raise Mistake(f"CTest knows no test {name}")
        return [*self.commands[name], *functions]

    def environment(self, test):
        properties = {entry["name"]: entry["value"] for entry in self.properties[test.split()[0]]}
        return os.environ | dict(entry.split("=", 1) for entry in properties.get("ENVIRONMENT", []))

    def passes(self, test):
        with subprocess.Popen(self.command(test), cwd=self.directory / "build" / PRESET, env=self.environment(test),
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              start_new_session=True) as process:
            try:
                return process.wait(PATIENCE) == 0
            except subprocess.TimeoutExpired:
                return False
            finally:
                self.end(process.pid)

    @staticmethod
    def end(group):
        """Kills the processes that the test has left behind."""
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass

    @functools.cache
    def is_sound(self, test):
        """Whether the test passes while nothing is changed."""
        return self.build(test).returncode == 0 and self.passes(test)

    def survives(self, row):
        path = self.directory / row.file
        if not path.is_file():
            raise Mistake("there is no such file")
        text = path.read_text()
        places = re.findall(row.pattern(), text)
        if len(places) != 1:
            raise Mistake(f"its text is there {len(places)} times")
        if not self.is_sound(row.test):
            raise Mistake(f"{row.test} fails without it")
        path.write_text(text.replace(places[0], row.after.replace(LINE_END, "\n")))
        try:
            built = self.build(row.test)
            if built.returncode:
                raise Mistake("does not compile: " + next((line for line in built.stdout.splitlines() if "error:" in line), ""))
            return self.passes(row.test)
        finally:
            path.write_text(text)


def main():
    copy = Copy(sys.argv[1])
    survivors, mistakes, chosen = [], [], rows(sys.argv[2:])
    copy.build(*(row.test for row in chosen if row.test.split()[0] in copy.commands))  # at once, on all processors
    for row in chosen:
        begin = time.monotonic()
        try:
            survived = copy.survives(row)
            verdict = "SURVIVED" if survived else "seen"
            if survived:
                survivors.append(row)
        except Mistake as mistake:
            verdict = f"NOT TRIED, {mistake}"
            mistakes.append(row)
        print(f"{verdict}: {row} [{row.test}, {time.monotonic() - begin:.0f} s]", flush=True)
    print(f"{len(chosen)} changes: {len(chosen) - len(survivors) - len(mistakes)} seen, {len(survivors)} survived, "
          f"{len(mistakes)} not tried")
    sys.exit(bool(survivors or mistakes or not chosen))


if __name__ == "__main__":
    main()
