# SPDX-License-Identifier: Apache-2.0
"""The files that come with the viewer: its manual page must match the program, and desktops must accept its other files.

    test_viewer.py PROGRAM SOURCES
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree

PROGRAM = sys.argv.pop(1)
SOURCES = pathlib.Path(sys.argv.pop(1))
MAN_PAGE = SOURCES / "gui" / "filebus-viewer.1"
RESOURCES = SOURCES / "resources"


def run(*command, **environment):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          env={**os.environ, **environment})


class Viewer(unittest.TestCase):
    def check(self, tool, *arguments):
        if not shutil.which(tool):
            self.skipTest(f"{tool} is not installed")
        result = run(tool, *arguments)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_man_page_has_nothing_to_mend(self):
        self.check("mandoc", "-T", "lint", "-W", "warning", MAN_PAGE)

    def test_the_man_page_has_the_options_of_the_help(self):
        in_help = set(re.findall(r"^  (?:(-\w), )?--([a-z]+)", run(PROGRAM, "--help").stdout, re.MULTILINE))
        in_page = {("-" + short if short else "", name)
                   for short, name in re.findall(r"^\.It (?:Fl (\w) , )?Fl Fl (\w+)", MAN_PAGE.read_text(), re.MULTILINE)}
        self.assertIn(("-h", "help"), in_help)
        self.assertEqual(in_page, in_help)

    def test_desktops_understand_the_desktop_file(self):
        self.check("desktop-file-validate", RESOURCES / "filebus-viewer.desktop")

    def test_software_centres_understand_the_metadata(self):
        self.check("appstreamcli", "validate", "--no-net", RESOURCES / "filebus-viewer.metainfo.xml")

    def test_chunks_have_a_mime_type(self):
        shared_mime_info = "{http://www.freedesktop.org/standards/shared-mime-info}"
        root = xml.etree.ElementTree.parse(RESOURCES / "filebus-viewer.xml").getroot()
        self.assertEqual(root.tag, shared_mime_info + "mime-info")
        described = {entry.get("type") for entry in root.findall(shared_mime_info + "mime-type")}
        opened = re.search(r"^MimeType=(.*);$", (RESOURCES / "filebus-viewer.desktop").read_text(), re.MULTILINE)
        self.assertEqual(described, set(opened.group(1).split(";")))


class CommandLine(unittest.TestCase):
    def test_help_and_version_need_no_display(self):
        for option, beginning in ("--help", "usage: filebus-viewer"), ("-h", "usage: filebus-viewer"), ("--version", "filebus-viewer "):
            with self.subTest(option=option):
                result = run(PROGRAM, option, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertTrue(result.stdout.startswith(beginning))

    def test_an_unknown_option_is_named(self):
        result = run(PROGRAM, "--bogus", QT_QPA_PLATFORM="offscreen")
        self.assertEqual(result.returncode, 2)
        self.assertIn("unknown option --bogus", result.stderr)

    def test_without_a_display_it_says_so(self):
        for platform, display, reason in (("", "", "display"), ("xcb", ":4711", ":4711"), ("wrong", "", '"wrong"')):
            with self.subTest(platform=platform, display=display):
                # Without the last one, the Wayland library prints a message of its own.
                result = run(PROGRAM, "/dev/shm/x.bus", DISPLAY=display, WAYLAND_DISPLAY="", QT_QPA_PLATFORM=platform,
                             XDG_RUNTIME_DIR="/dev/shm")
                self.assertEqual(result.returncode, 69)
                self.assertTrue(result.stderr.startswith("filebus-viewer: cannot open a window: "), result.stderr)
                self.assertIn(reason, result.stderr.splitlines()[0])


if __name__ == "__main__":
    unittest.main()
