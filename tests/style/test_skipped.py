# SPDX-License-Identifier: Apache-2.0
"""What tests/skipped.py prints for a log of ctest: each reason with its test, however the test was written."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SKIPPED = pathlib.Path(__file__).parents[1] / "skipped.py"
LOG = """Start testing: Nov 28 06:40 UTC
----------------------------------------------------------
1/4 Testing: unit/one
1/4 Test: unit/one
PASS   : TestOne::initTestCase()
SKIP   : TestOne::asAnotherUser(root) needs a second user
SKIP   : TestOne::asAnotherUser(nobody) needs a second user
Totals: 2 passed, 0 failed, 2 skipped, 0 blacklisted, 1ms
<end of output>
2/4 Testing: peers/two
test_locale (two.Two.test_locale) ... skipped 'no such locale'
<end of output>
3/4 Testing: style/three
skipped: clang-format is of another version
<end of output>
4/4 Testing: unit/four
PASS   : TestFour::itSays(SKIP   : nothing)
<end of output>
"""


class Skipped(unittest.TestCase):
    def printed(self, name, text):
        with tempfile.TemporaryDirectory() as directory:
            (pathlib.Path(directory) / name).write_text(text)
            return subprocess.run([sys.executable, SKIPPED, directory], check=True, capture_output=True, text=True).stdout

    def test_each_reason_with_its_test(self):
        for name in "LastTest.log", "LastTest.log.tmp":
            with self.subTest(name):
                lines = self.printed(name, LOG).splitlines()
                self.assertIn("(4 in 3 tests)", lines[1])
                self.assertEqual([" ".join(line.split()) for line in lines[2:]],
                                 ["1 in peers/two: no such locale",
                                  "1 in style/three: clang-format is of another version",
                                  "2 in unit/one: needs a second user"])

    def test_nothing_skipped_prints_nothing(self):
        self.assertEqual(self.printed("LastTest.log", LOG[LOG.index("4/4"):]), "")


if __name__ == "__main__":
    unittest.main()
