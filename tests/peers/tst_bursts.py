# SPDX-License-Identifier: Apache-2.0
"""After any burst of our chunks, a consumer like the original shows the newest one within two looks.

Such a consumer compares inode numbers only, and the file system of a disk reuses the number of a removed file at once. The chunk that
ends a burst must therefore not have the number of the chunk shown before it.
"""

import collections
import random
import threading
import time
import unittest

import checked_lines
from bus_test import DISK, HISTORY_DEPTH, BusTestCase, Fed, seconds, wait_until
from peer_consumer import LOOK_INTERVAL, PeerConsumer
from peer_producer import PeerProducer

SHORT_BURSTS = [*range(1, 7), *range(HISTORY_DEPTH, HISTORY_DEPTH + 7)]
BURSTS = [*SHORT_BURSTS, 2 * HISTORY_DEPTH, 2 * HISTORY_DEPTH + 2, 500, 2000]
LONGEST_BURST = 3000


class Watched:
    """One of our producers, and a peer that looks at what it publishes."""

    def __init__(self, test):
        self.test = test
        self.published = 0
        self.shown = []
        self.peer = PeerConsumer(test.bus.path)
        self.start_producer()

    def start_producer(self):
        self.producer = Fed(lambda stdin: self.test.start_producer(stdin=stdin))

    def end_producer(self):
        self.test.assertEqual((self.producer.end(), self.producer.process.errors()), (0, ""))

    def burst(self, size):
        for number in range(self.published + 1, self.published + size + 1):
            self.producer.feed(checked_lines.make("ours", number))
        self.published += size

    def is_published(self):
        return self.test.bus.newest_is(self.published)

    def burst_until_published(self, size):
        self.burst(size)
        wait_until(self.is_published, f"chunk {self.published} is on the bus")

    def look(self):
        self.peer.look(self.shown.append)

    def shows_newest(self):
        return self.shown[-1:] == [checked_lines.make("ours", self.published)]

    def shows_newest_within_two_looks(self):
        self.look()
        if not self.shows_newest():
            time.sleep(LOOK_INTERVAL)
            self.look()
        return self.shows_newest()


class BurstsOnTmpfs(BusTestCase):
    def setUp(self):
        super().setUp()
        self.random = random.Random(4)
        self.watched = Watched(self)
        self.tried = 0
        self.missed = collections.Counter()

    def look_after_burst(self, size):
        self.tried += 1
        if not self.watched.shows_newest_within_two_looks():
            self.missed[size] += 1

    def assert_none_missed(self):
        self.watched.end_producer()
        self.assert_shown_in_order()
        self.assertEqual(self.missed, {}, f"{self.missed.total()} of {self.tried} bursts ended unseen (size: how often)")

    def test_looks_between_bursts(self):
        end = time.monotonic() + seconds(5)
        while self.tried == 0 or time.monotonic() < end:
            for size in self.random.sample(BURSTS, len(BURSTS)):
                self.watched.burst_until_published(size)
                self.look_after_burst(size)
        self.assert_none_missed()

    def test_looks_each_100_ms_while_bursts_run(self):
        self.watched.burst_until_published(1)
        end = time.monotonic() + seconds(4)
        while time.monotonic() < end:
            size = self.random.randint(1, LONGEST_BURST)
            feeder = threading.Thread(target=self.watched.burst, args=[size])
            feeder.start()
            while feeder.is_alive() or not self.watched.is_published():
                self.watched.look()
                time.sleep(LOOK_INTERVAL)
            self.look_after_burst(size)
        self.assert_none_missed()

    def test_each_burst_has_a_producer_of_its_own(self):
        for size in self.random.choices(SHORT_BURSTS, k=25):
            self.watched.burst_until_published(size)
            self.look_after_burst(size)
            self.watched.end_producer()
            self.watched.start_producer()
        self.assert_none_missed()

    def test_two_producers_share_a_burst(self):
        first = self.watched.producer
        self.watched.start_producer()
        second = self.watched.producer
        for size in self.random.choices(SHORT_BURSTS, k=200):
            for producer, share in (first, 1), (second, size):
                self.watched.producer = producer
                self.watched.burst_until_published(share)
            self.look_after_burst(size)
        self.watched.producer = first
        self.watched.end_producer()
        self.watched.producer = second
        self.assert_none_missed()

    def test_bursts_after_a_chunk_of_the_original(self):
        original = PeerProducer(self.bus.path)
        for size in self.random.choices(SHORT_BURSTS, k=60):
            original.publish(checked_lines.make("theirs", self.tried))
            self.watched.look()
            self.watched.burst_until_published(size)
            self.look_after_burst(size)
        self.assert_none_missed()

    def assert_shown_in_order(self):
        lines = [checked_lines.check(line) for line in self.watched.shown]
        numbers = [number for source, number in lines if source == "ours"]
        self.assertEqual(numbers, sorted(set(numbers)))


class BurstsOnDisk(BurstsOnTmpfs):
    place = DISK


if __name__ == "__main__":
    unittest.main()
