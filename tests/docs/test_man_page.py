# SPDX-License-Identifier: Apache-2.0
"""The manual page documents exactly the options, ranges, commands and exit statuses of the program.

    test_man_page.py PROGRAM DIRECTORY_OF_FILEBUS_1
"""

import pathlib
import re
import shutil
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1)
SOURCES = pathlib.Path(sys.argv.pop(1))
MAN_PAGE = SOURCES / "filebus.1"

HELP_OPTION = re.compile(r"^  (?:-(\w), )?--([a-z-]+)(?: ([A-Z]+))?", re.MULTILINE)
MAN_OPTION = re.compile(r"^\.It (?:Fl (\w) , )?Fl Fl ([a-z-]+)(?: Ar ([A-Z]+))?$", re.MULTILINE)
HELP_COMMAND = re.compile(r"^    ([a-z]+) ", re.MULTILINE)
MAN_COMMAND = re.compile(r"^\.It Cm ([a-z]+)", re.MULTILINE)
STATUS_CONSTANT = re.compile(r"constexpr int \w+ = (\d+);")
MAN_STATUS = re.compile(r"^\.It (\d+)$", re.MULTILINE)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def man_section(title):
    return re.search(rf"^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)", MAN_PAGE.read_text(), re.DOTALL | re.MULTILINE)[1]


def man_paragraph(option):
    return re.search(rf"^\.It (?:Fl \w , )?Fl Fl {option}\b.*?(?=^\.It |^\.El)", MAN_PAGE.read_text(), re.DOTALL | re.MULTILINE)[0]


class ManPage(unittest.TestCase):
    def test_has_nothing_to_mend(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", MAN_PAGE], capture_output=True, text=True, timeout=60)
        self.assertEqual((lint.returncode, lint.stdout), (0, ""))

    def test_only_options_read_as_options(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        page = subprocess.run(["mandoc", "-T", "ascii", MAN_PAGE], capture_output=True, text=True, timeout=60, check=True).stdout
        plain = re.sub(".\b", "", page)
        self.assertIn("[-- COMMAND [ARG ...]]", plain)
        shown = set(re.findall(r"(?<![\w-])--([\w-]+)", plain))
        self.assertEqual(shown - {option for _, option, _ in MAN_OPTION.findall(MAN_PAGE.read_text())}, set())

    def test_says_of_no_lossless_consumer_that_it_writes_nothing(self):
        in_page = re.search(r"^\.It Cm consumer\n(.*?)^\.It", MAN_PAGE.read_text(), re.DOTALL | re.MULTILINE)[1]
        for text in in_page, run("help", "consumer").stdout:
            claims = [claim for claim in re.split(r"[.;]\s", text) if re.search(r"\bwrites?\b", claim)]
            self.assertTrue(claims)
            self.assertEqual([claim for claim in claims if "lossless" not in claim], [])

    def test_has_the_options_of_the_help(self):
        helps = "".join(run(*arguments).stdout for arguments in (["--help"], ["producer", "-h"], ["consumer", "-h"]))
        in_help = set(HELP_OPTION.findall(helps))
        self.assertIn(("", "filename", "FILE"), in_help)
        self.assertEqual(set(MAN_OPTION.findall(MAN_PAGE.read_text())), in_help)

    def test_has_the_commands_of_the_help(self):
        in_help = set(HELP_COMMAND.findall(run("--help").stdout))
        self.assertIn("producer", in_help)
        self.assertEqual(set(MAN_COMMAND.findall(man_section("DESCRIPTION"))), in_help)

    def test_has_the_ranges_that_the_program_enforces(self):
        for command in "producer", "consumer":
            for _, option, value in HELP_OPTION.findall(run(command, "-h").stdout):
                if value == "N":
                    with self.subTest(option=option):
                        refusal = run(command, "--filename", "bus", f"--{option}", "x")
                        self.assertEqual(refusal.returncode, 2)
                        for limit in re.search(r"from (\S+) to (\S+)$", refusal.stderr.strip()).groups():
                            self.assertRegex(man_paragraph(option), rf"\b{re.escape(limit)}\b")

    def test_has_the_exit_statuses_of_the_program(self):
        constants = set(STATUS_CONSTANT.findall((SOURCES / "exitstatus.h").read_text()))
        self.assertIn("2", constants)
        self.assertEqual(set(MAN_STATUS.findall(man_section("EXIT STATUS"))), constants)


if __name__ == "__main__":
    unittest.main()
