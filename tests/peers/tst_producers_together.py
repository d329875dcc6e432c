# SPDX-License-Identifier: Apache-2.0
"""Producers of both kinds on one bus, all at full speed: readers see only whole chunks, and our numbering is correct."""

import collections
import contextlib
import itertools
import os
import signal
import subprocess
import threading
import time
import unittest

import checked_lines
from bus_test import DISK, HISTORY_DEPTH, BusTestCase, Fed, seconds, wait_until
from observers import GnuTar, Numbering

TEMPORARY_FAILURE = 75  # EX_TEMPFAIL of sysexits.h


def in_order(lines):
    """Source -> numbers. Raises if a line is torn, is repeated, or follows a later one of its source."""
    numbers = collections.defaultdict(list)
    for source, number in map(checked_lines.check, lines):
        if numbers[source] and number <= numbers[source][-1]:
            raise AssertionError(f"{source} {number} was printed after {numbers[source][-1]}")
        numbers[source].append(number)
    return numbers


class ProducersTogether(BusTestCase):
    def start_ours(self, name, duration):
        return self.start_flat_out(name, duration, lambda stdin: self.start_producer(stdin=stdin))

    def start_theirs(self, name, duration, *options):
        return self.start_flat_out(name, duration, lambda stdin: self.start_peer("peer_producer.py", *options, stdin=stdin))

    def published_by(self, feeders_and_producers):
        """The number of chunks they were fed. All must have ended successfully."""
        for feeder, producer in feeders_and_producers:
            self.assert_ended_well(producer)
            self.assertEqual(feeder.wait(), 0)
        return sum(int(feeder.errors()) for feeder, _ in feeders_and_producers)

    def assert_numbered_without_gap(self, published):
        """The newest number equals the count of chunks, and no number stands for two: so each chunk has its own, and none is skipped."""
        oldest = max(1, published - HISTORY_DEPTH + 1)
        self.assertEqual(self.bus.history_sequences(), list(range(oldest, published + 1)))

    @contextlib.contextmanager
    def observed(self):
        """The bus, while readers of each kind watch it. Yields our consumer."""
        consumer = self.start_consumer("--from", "1")
        observers = [Numbering(self.bus), GnuTar(self.bus)]
        yield consumer
        for observer in observers:
            observer.stop()
            self.assertGreater(observer.looks, 0)
        newest = self.bus.read()[0]
        wait_until(lambda: consumer.output().endswith(newest), "the newest chunk is printed")

    def start_peer_consumer(self, *options):
        wait_until(self.bus.has_chunk, "there is a chunk")
        return self.start_peer("peer_consumer.py", *options)

    def assert_lines_in_order_of(self, consumer, *sources):
        self.assertEqual(sorted(in_order(consumer.lines())), sorted(sources))


class BothKindsOnTmpfs(ProducersTogether):
    def test_at_full_speed(self):
        self.run_both(seconds(10))

    # Both sides check that the file they locked is still in its place, so here, too, only one at a time can publish.
    def test_peers_unlink_the_lock_while_they_hold_it(self):
        self.run_both(seconds(2), "--unlink-lock")

    def run_both(self, duration, *peer_options):
        with self.observed() as consumer:
            ours = [self.start_ours("ours", duration)]
            theirs = [self.start_theirs("theirs", duration, *peer_options)]
            peer_consumer = self.start_peer_consumer(*peer_options)
            published = self.published_by(ours)
            self.assertGreater(self.published_by(theirs), 0)
        self.lost_until_terminated(consumer)
        self.assert_numbered_without_gap(published)
        self.assert_lines_in_order_of(consumer, "ours", "theirs")
        peer_consumer.terminate()
        self.assertEqual(peer_consumer.errors(), "")
        self.assertLessEqual(set(in_order(peer_consumer.lines())), {"ours", "theirs"})

    def test_flock_keeps_both_from_publishing(self):
        locker = self.start("flock", self.bus.lock_path, "sh", "-c", "echo locked; read -r end", stdin=subprocess.PIPE)
        self.assert_output(locker, b"locked\n")
        theirs = Fed(lambda stdin: self.start_peer("peer_producer.py", stdin=stdin))
        theirs.feed(b"theirs")
        ours = Fed(lambda stdin: self.start_producer("--lock-timeout", "0.3", stdin=stdin))
        ours.feed(b"ours")
        self.assertEqual(ours.process.wait(), TEMPORARY_FAILURE)
        self.assertIn(f"PID {locker.popen.pid} (flock) holds {self.bus.lock_path}", ours.process.errors())
        self.assertFalse(os.path.exists(self.bus.path))
        locker.popen.communicate(b"\n")
        wait_until(self.bus.has_chunk, "the peer has published")
        self.assertEqual(self.bus.read(), (b"theirs", None))
        self.publish(b"ours")
        self.assertEqual(self.bus.read()[0], b"ours")
        self.assertEqual(theirs.end(), 0)


class BothKindsOnDisk(BothKindsOnTmpfs):
    place = DISK


class OursOnTmpfs(ProducersTogether):
    sources = ["one", "two", "three"]

    def start_each(self, duration):
        return [self.start_ours(source, duration) for source in self.sources]

    def test_at_full_speed(self):
        with self.observed() as consumer:
            published = self.published_by(self.start_each(seconds(5)))
        self.assertEqual(len(consumer.lines()) + self.lost_until_terminated(consumer), published)
        self.assert_numbered_without_gap(published)
        self.assert_lines_in_order_of(consumer, *self.sources)

    def test_eight_producers_and_eight_consumers(self):
        sources = [f"source-{number}" for number in range(8)]
        consumers = [self.start_consumer("--from", "1") for _ in range(8)]
        published = self.published_by([self.start_ours(source, seconds(10)) for source in sources])
        newest = self.bus.read()[0]
        for consumer in consumers:
            wait_until(lambda: consumer.output().endswith(newest), "the newest chunk is printed")
            self.assertEqual(len(consumer.lines()) + self.lost_until_terminated(consumer), published)
            self.assert_lines_in_order_of(consumer, *sources)
        self.assert_numbered_without_gap(published)

    # While one still creates its files beside the bus, another already removes those of dead producers.
    def test_many_start_at_once(self):
        published = 0
        end = time.monotonic() + seconds(3)
        while time.monotonic() < end:
            producers = [Fed(lambda stdin: self.start_producer(stdin=stdin)) for _ in range(8)]
            for number, producer in itertools.product(range(10), producers):
                producer.feed(b"chunk %d\n" % number)
            for producer in producers:
                self.assertEqual((producer.end(), producer.process.errors()), (0, ""))
            published += 10 * len(producers)
        self.assert_numbered_without_gap(published)

    # Then two may publish at once. Intact chunks do not depend on the lock, but unique numbers and order do: our
    # consumer may report that the bus was restored from a backup.
    def test_somebody_removes_the_lock_again_and_again(self):
        done = threading.Event()
        remover = threading.Thread(target=self.remove_lock_until, args=[done])
        remover.start()
        self.addCleanup(remover.join)
        self.addCleanup(done.set)
        consumer, tar = self.start_consumer(), GnuTar(self.bus)
        self.published_by(self.start_each(seconds(1)))
        tar.stop()
        self.assertEqual(consumer.terminate(), 128 + signal.SIGTERM)
        self.assertEqual({checked_lines.check(line)[0] for line in consumer.lines()}, set(self.sources))

    def remove_lock_until(self, done):
        while not done.wait(0.001):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.bus.lock_path)


class OursOnDisk(OursOnTmpfs):
    place = DISK


if __name__ == "__main__":
    unittest.main()
