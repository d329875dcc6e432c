# SPDX-License-Identifier: Apache-2.0
"""Others read what our producer writes: GNU tar, tarfile, and a consumer like the original."""

import functools
import json
import os
import pathlib
import subprocess
import unittest

from bus_test import DISK, BusTestCase, Fed, read_chunk, wait_until

PAYLOADS = {
    "one byte": b"x",
    "one line": b"hello world\n",
    "below a block": b"a" * 511,
    "a block": b"b" * 512,
    "above a block": b"c" * 513,
    "the most the original writes": bytes(range(256)) * 15 + b"d" * 254,
    "a tar block of zeros": bytes(1024),
    "random": os.urandom(30000),
    "a whole block of input": os.urandom(65536),
}


def for_each_payload(test):
    """Runs test(self, payload, sequence) for each payload, after publishing it."""

    @functools.wraps(test)
    def run(self):
        for sequence, (name, payload) in enumerate(PAYLOADS.items(), start=1):
            with self.subTest(name):
                self.publish(payload)
                test(self, payload, sequence)

    return run


class OtherReadersOnTmpfs(BusTestCase):
    def tar(self, *arguments, stdin=None):
        """Its output. It must succeed without messages."""
        done = subprocess.run(["tar", *arguments], input=stdin, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
        return done.stdout

    @for_each_payload
    def test_gnu_tar_lists_both_entries(self, payload, _):
        first, second = self.tar("tvf", self.bus.path).decode().splitlines()
        self.assertRegex(first, rf"^-rw-r--r-- .* {len(payload)} .* from_server$")
        self.assertRegex(second, r"^-rw-r--r-- .* filebus\.json$")

    @for_each_payload
    def test_gnu_tar_prints_the_payload(self, payload, _):
        self.assertEqual(self.tar("xOf", self.bus.path, "from_server"), payload)
        self.assertEqual(self.tar("xO", "from_server", stdin=pathlib.Path(self.bus.path).read_bytes()), payload)

    @for_each_payload
    def test_gnu_tar_extracts_and_finds_no_difference(self, payload, _):
        target = pathlib.Path(self.scratch, f"extracted.{len(payload)}")
        target.mkdir()
        self.tar("xf", self.bus.path, "-C", str(target))
        self.assertEqual((target / "from_server").read_bytes(), payload)
        self.assertEqual(json.loads((target / "filebus.json").read_bytes())["format"], 1)
        if os.geteuid() == 0:  # others cannot give away what they extract, and that is a difference
            self.assertEqual(self.tar("df", self.bus.path, "-C", str(target)), b"")

    @for_each_payload
    def test_tarfile_reads_in_each_mode(self, payload, sequence):
        for mode in ("r", "r:", "r|"):
            content, metadata = self.bus.read(mode)
            self.assertEqual((content, metadata["sequence"]), (payload, sequence))

    @for_each_payload
    def test_history_is_read_as_the_bus(self, payload, sequence):
        content, metadata = read_chunk(self.bus.history_entry(sequence))
        self.assertEqual((content, metadata["sequence"]), (payload, sequence))

    def test_consumer_of_the_original_prints_each_chunk(self):
        producer = Fed(lambda stdin: self.start_producer(stdin=stdin))
        expected = b"chunk 1\n"
        producer.feed(expected)
        wait_until(self.bus.has_chunk, "there is a bus")
        consumer = self.start_peer("peer_consumer.py")
        for number in range(2, 12):
            self.assert_output(consumer, expected)
            producer.feed(b"chunk %d\n" % number)
            expected += b"chunk %d\n" % number
        self.assert_output(consumer, expected)
        self.assertEqual((producer.end(), consumer.errors()), (0, ""))


class OtherReadersOnDisk(OtherReadersOnTmpfs):
    place = DISK


if __name__ == "__main__":
    unittest.main()
