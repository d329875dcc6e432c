# SPDX-License-Identifier: Apache-2.0
"""Our consumer prints what the original writes."""

import pathlib
import unittest

import checked_lines
from bus_test import DISK, FIXTURES, BusTestCase, Fed, seconds, wait_until

WRITTEN_BY_THE_ORIGINAL = sorted(FIXTURES.glob("*.004.bus"))


def payload_of(fixture):
    return fixture.with_name(fixture.name.replace(".004.bus", ".payload")).read_bytes()


class ForeignChunksOnTmpfs(BusTestCase):
    def test_fixtures_are_there(self):
        self.assertGreaterEqual(len(WRITTEN_BY_THE_ORIGINAL), 4)

    def test_chunk_is_there_before_the_consumer(self):
        for fixture in WRITTEN_BY_THE_ORIGINAL:
            with self.subTest(fixture.name):
                self.bus.move_in(fixture)
                consumer = self.start_consumer()
                self.assert_output(consumer, payload_of(fixture))
                self.assert_silent_until_terminated(consumer)

    def test_empty_bus_then_first_chunk(self):
        for fixture in WRITTEN_BY_THE_ORIGINAL:
            with self.subTest(fixture.name):
                pathlib.Path(self.bus.path).write_bytes(b"")
                consumer = self.start_consumer()
                wait_until(lambda: consumer.has_open(self.bus.path), "the consumer has seen the empty bus")
                self.bus.move_in(fixture)
                self.assert_output(consumer, payload_of(fixture))
                self.assert_silent_until_terminated(consumer)

    def test_chunks_come_in_between_our_own(self):
        consumer = self.start_consumer()
        producer = Fed(lambda stdin: self.start_producer(stdin=stdin))
        expected = b""
        for number, fixture in enumerate(WRITTEN_BY_THE_ORIGINAL * 2):
            own = b"our chunk %d\n" % number
            producer.feed(own)
            expected += own
            self.assert_output(consumer, expected)
            self.bus.move_in(fixture)
            expected += payload_of(fixture)
            self.assert_output(consumer, expected)
        producer.feed(b"our last chunk\n")
        self.assert_output(consumer, expected + b"our last chunk\n")
        self.assertEqual(producer.end(), 0)
        self.assertEqual(producer.process.errors(), "")
        self.assertEqual(self.bus.read()[1]["sequence"], len(WRITTEN_BY_THE_ORIGINAL) * 2 + 1)
        self.assert_silent_until_terminated(consumer)

    def test_peer_producer_at_full_speed(self):
        consumer = self.start_consumer()
        feeder, producer = self.start_flat_out("peer", seconds(2), lambda stdin: self.start_peer("peer_producer.py", stdin=stdin))
        self.assertEqual(feeder.wait(), 0)
        self.assert_ended_well(producer)
        newest = checked_lines.make("peer", int(feeder.errors()))
        self.assertEqual(self.bus.read(), (newest, None))
        wait_until(lambda: consumer.output().endswith(newest), "the newest chunk is printed")
        numbers = [checked_lines.check(line)[1] for line in consumer.lines()]
        self.assertEqual(numbers, sorted(set(numbers)), "in order, and none twice")
        self.lost_until_terminated(consumer)


class ForeignChunksOnDisk(ForeignChunksOnTmpfs):
    place = DISK


if __name__ == "__main__":
    unittest.main()
