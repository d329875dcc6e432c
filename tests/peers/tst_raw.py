# SPDX-License-Identifier: Apache-2.0
"""The raw format without its lossless protocol, with a peer of the original 0.3.5 at either end."""

import os
import pathlib
import unittest

from bus_test import DISK, FIXTURES, Fed, wait_until
from raw_test import RawTestCase

WRITTEN_BY_THE_ORIGINAL = sorted(FIXTURES.glob("*.035.bus"))


def payload_of(fixture):
    return fixture.with_name(fixture.name.replace(".035.bus", ".payload")).read_bytes()


class RawOnTmpfs(RawTestCase):
    def test_fixtures_are_there(self):
        self.assertGreaterEqual(len(WRITTEN_BY_THE_ORIGINAL), 4)

    def test_chunk_is_there_before_a_consumer_that_was_not_told_the_format(self):
        for fixture in WRITTEN_BY_THE_ORIGINAL:
            with self.subTest(fixture.name):
                self.bus.move_in(fixture)
                consumer = self.start_consumer()
                self.assert_output(consumer, payload_of(fixture))
                self.assert_silent_until_terminated(consumer)

    def test_chunks_of_both_formats_in_turn(self):
        consumer = self.start_consumer()
        expected = b""
        for fixture in WRITTEN_BY_THE_ORIGINAL:
            self.publish(b"a numbered chunk\n")
            expected += b"a numbered chunk\n"
            self.assert_output(consumer, expected)
            self.bus.move_in(fixture)
            expected += payload_of(fixture)
            self.assert_output(consumer, expected)
        self.assert_silent_until_terminated(consumer)

    def test_lossy_chunk_by_chunk(self):
        for name, producing, consuming in (("ours", self.ours, self.peer), ("peer", self.peer, self.ours)):
            with self.subTest(producer=name):
                consumer = consuming("consumer")
                producer = Fed(lambda stdin, start=producing: start("producer", stdin=stdin))
                expected = b""
                for number in range(5):
                    chunk = b"chunk %d of %s\n" % (number, name.encode())
                    producer.feed(chunk)
                    expected += chunk
                    wait_until(lambda: consumer.output().endswith(chunk), chunk)
                self.assertIn(consumer.output(), (expected, b"chunk 4 of ours\n" + expected))
                self.assertEqual((producer.end(), producer.process.errors()), (0, ""))
                consumer.terminate()

    def test_lossy_publish_leaves_the_bus_and_its_lock(self):
        self.assert_ended_well(self.with_input(self.ours, b"hello\n"))
        self.assertEqual(pathlib.Path(self.bus.path).read_bytes(), b"hello\n")
        self.assertEqual(self.names(), ["bus", "bus.lock"])

    def test_lossy_publish_over_what_a_killed_producer_left(self):
        pathlib.Path(self.bus.path + ".__new__").write_bytes(b"longer than what comes, and never published")
        self.assert_ended_well(self.with_input(self.ours, b"hello\n"))
        self.assertEqual(pathlib.Path(self.bus.path).read_bytes(), b"hello\n")
        self.assertEqual(self.names(), ["bus", "bus.lock"])

    def test_lossy_publish_keeps_the_mode_of_the_bus(self):
        pathlib.Path(self.bus.path).write_bytes(b"old")
        os.chmod(self.bus.path, 0o640)
        self.assert_ended_well(self.with_input(self.ours, b"new"))
        self.assertEqual(os.stat(self.bus.path).st_mode & 0o7777, 0o640)

    def test_lossy_producer_without_input_publishes_nothing(self):
        self.assert_ended_well(self.with_input(self.ours, b""))
        self.assertTrue(self.bus_is_free())

    def test_raw_bytes_that_look_like_an_archive(self):
        archive = (FIXTURES / "hello.004.bus").read_bytes()
        pathlib.Path(self.bus.path).write_bytes(archive)
        consumer = self.ours("consumer")
        self.assert_output(consumer, archive)
        consumer.terminate()


class RawOnDisk(RawOnTmpfs):
    place = DISK


if __name__ == "__main__":
    unittest.main()
