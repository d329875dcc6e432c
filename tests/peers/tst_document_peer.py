# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md is complete: programs written only from it read, subscribe, acknowledge and publish together with ours, under load, and
each side completes the work of a killed process of the other side."""

import os
import random
import signal
import time
import unittest

import checked_lines
from bus_test import DISK, HISTORY_DEPTH, Fed, seconds, wait_until
from document_test import PEER, DocumentPeer, numbers_by_source

LINKED_STEPS = ["linked", "one-inbox", "delivered", "replaced"]  # of a publish, after which the peer can be killed
STEPS = ["staged", *LINKED_STEPS]
EVERYTHING = ["--history", "1000000", "--history-bytes", str(1 << 32)]


class UnderLoad(DocumentPeer):
    def test_lossless(self):
        ours, theirs = ["ours-1", "ours-2"], ["theirs-1", "theirs-2"]
        lossy = self.start_consumer("--from", "1")
        subscribers = self.start_subscribers()
        wait = ["--lossless", "--wait-consumers", "4"]
        producers = [self.start_ours(source, seconds(2), *wait) for source in ours]
        producers += [self.start_theirs(source, seconds(2), "--lossless", "--consumers", "4") for source in theirs]
        counts = self.fed(producers)
        self.assert_all_taken(subscribers, dict(zip(ours + theirs, counts)))
        newest = self.bus.read()[0]
        wait_until(lambda: lossy.output().endswith(newest), "the newest chunk is printed")
        self.assertEqual(len(lossy.lines()) + self.lost_until_terminated(lossy), sum(counts))

    def test_lossy(self):
        our_reader, their_reader = self.start_consumer("--from", "1"), self.start_peer(PEER, "read", "--first", "1")
        producers = [self.start_ours("ours", seconds(2)), self.start_theirs("theirs", seconds(2))]
        published = sum(self.fed(producers))
        newest = self.bus.read()[0]
        for reader in (our_reader, their_reader):
            wait_until(lambda reader=reader: reader.output().endswith(newest), "the newest chunk is printed")
        self.assertEqual(len(our_reader.lines()) + self.lost_until_terminated(our_reader), published)
        self.assertEqual(their_reader.terminate(), 0)
        lost = int(their_reader.errors().removeprefix("lost "))
        self.assertEqual(len(their_reader.lines()) + lost, published)
        for reader in (our_reader, their_reader):
            for numbers in numbers_by_source(reader.lines()).values():
                self.assertEqual(numbers, sorted(set(numbers)))

    def test_readers_fetch_everything_from_the_history(self):
        our_reader, their_reader = self.start_consumer("--from", "1"), self.start_peer(PEER, "read", "--first", "1")
        duration = seconds(0.3)  # their producer lists the history after each chunk, which takes long if much is in it
        producers = [self.start_ours("ours", duration, *EVERYTHING), self.start_theirs("theirs", duration, *EVERYTHING)]
        published = sum(self.fed(producers))
        for reader in (our_reader, their_reader):
            wait_until(lambda reader=reader: len(reader.lines()) == published, "all is printed")
        self.assertEqual(self.lost_until_terminated(our_reader), 0)
        self.assertEqual((their_reader.terminate(), their_reader.errors()), (0, "lost 0\n"))
        self.assertEqual(our_reader.lines(), their_reader.lines())


class UnderLoadOnDisk(UnderLoad):
    place = DISK


class KilledProducers(DocumentPeer):
    def test_ours_completes_what_theirs_began(self):
        self.check_each_step(self.check_next_producer, lambda stdin: self.start_our_lines(stdin, "--lossless"))

    def test_theirs_completes_what_theirs_began(self):
        self.check_each_step(self.check_next_producer, lambda stdin: self.start_peer(PEER, "publish", "--lossless", stdin=stdin))

    def check_each_step(self, check, start, steps=STEPS):
        for step in steps:
            with self.subTest(step=step):
                self.setUp()
                check(step, start)

    def check_next_producer(self, step, start):
        subscribers = self.start_subscribers()
        self.publish_until_killed(1, 50, f"{step}:25", "--lossless", "--consumers", "4")
        self.assert_ended_well(self.publish_lines(51, 60, start))
        survived = 24 if step == "staged" else 25
        self.assert_same_lines(subscribers, [b"line %d\n" % n for n in [*range(1, survived + 1), *range(51, 61)]])
        self.assertEqual(self.bus.history_sequences(), list(range(1, survived + 11)))
        for directory in ("staging", "producers"):
            self.assertEqual(os.listdir(f"{self.bus.path}.d/{directory}"), [])

    # A producer that has published before does not look at the history: it finds the number taken.
    def test_ours_completes_as_it_goes_on(self):
        start = lambda stdin: self.start_producer("--lossless", stdin=stdin)
        self.check_each_step(self.check_producer_that_goes_on, start, LINKED_STEPS)

    def test_theirs_completes_as_it_goes_on(self):
        start = lambda stdin: self.start_peer(PEER, "publish", "--lossless", stdin=stdin)
        self.check_each_step(self.check_producer_that_goes_on, start, LINKED_STEPS)

    def check_producer_that_goes_on(self, step, start):
        subscribers = self.start_subscribers()
        producer = Fed(start)
        producer.feed(b"line 1\n")
        wait_until(lambda: self.bus.newest_is(1), "the first chunk is published")
        self.publish_until_killed(2, 2, f"{step}:2", "--lossless", "--consumers", "0")
        producer.feed(b"line 3\n")
        self.assertEqual((producer.end(), producer.process.errors()), (0, ""))
        # It began before the killed one, for which only a later producer can stand in.
        self.publish_ours(4, 4, "--lossless")
        self.assert_same_lines(subscribers, [b"line %d\n" % n for n in (1, 2, 3, 4)])

    def test_theirs_completes_what_theirs_began_on_an_empty_bus(self):
        for step in STEPS:
            with self.subTest(step=step):
                self.setUp()
                self.check_first_chunk(step)

    def check_first_chunk(self, step):
        theirs = self.publish_lines(1, 1, lambda stdin: self.start_peer(PEER, "publish", "--die-at", f"{step}:1", stdin=stdin))
        self.assertEqual(theirs.wait(), 0 if step == "one-inbox" else -signal.SIGKILL)
        self.assert_ended_well(self.publish_lines(2, 2, lambda stdin: self.start_peer(PEER, "publish", stdin=stdin)))
        self.assertEqual(self.bus.read()[1]["sequence"], 1 if step == "staged" else 2)

    def test_theirs_completes_what_ours_began(self):
        end = time.monotonic() + seconds(5)
        while time.monotonic() < end:
            self.setUp()
            self.check_theirs_after_ours()

    def check_theirs_after_ours(self):
        subscribers = self.start_subscribers()
        feeder, ours = self.start_ours("ours", 60, "--lossless", "--wait-consumers", "4")
        wait_until(lambda: len(self.bus.history_sequences()) > 20, "chunks are published")
        time.sleep(random.uniform(0, 0.05))  # somewhere in a publish
        ours.kill()
        feeder.kill()
        self.assert_ended_well(*self.last_words())
        for subscriber in subscribers:
            self.assertEqual(subscriber.wait(), 0, subscriber.errors())
        lines = subscribers[0].lines()
        self.assert_same_lines(subscribers, lines)
        numbers = numbers_by_source(lines)
        self.assertEqual(numbers["ours"], list(range(1, len(lines))))
        self.assertEqual(numbers["theirs"], [1])
        self.assertEqual(self.bus.read()[1]["sequence"], len(lines))

    def last_words(self):
        path = os.path.join(self.scratch, "last")
        with open(path, "wb") as file:
            file.write(checked_lines.make("theirs", 1))
        with open(path, "rb") as file:
            return [self.start_peer(PEER, "publish", "--lossless", stdin=file)]


class KilledSubscribers(DocumentPeer):
    def check_successor(self, first, second):
        """The output of the first one and of its successor is complete; at most the chunk being processed is repeated."""
        killed = first("--name", "heir")
        self.wait_for_inboxes(1)
        feeder, producer = self.start_ours("ours", seconds(2), "--lossless")
        wait_until(lambda: len(killed.lines()) > 100, "chunks are printed")
        killed.kill()
        successor = second("--name", "heir")
        [count] = self.fed([(feeder, producer)])
        self.assertEqual(successor.wait(), 0, successor.errors())
        before, after = numbers_by_source(killed.lines())["ours"], numbers_by_source(successor.lines())["ours"]
        self.assertEqual(before, list(range(1, len(before) + 1)))
        self.assertEqual(after, list(range(after[0], count + 1)))
        self.assertIn(after[0], (len(before), len(before) + 1))

    def test_ours_succeeds_theirs(self):
        self.check_successor(self.start_their_subscriber, self.start_our_subscriber)

    def test_theirs_succeeds_ours(self):
        self.check_successor(self.start_our_subscriber, self.start_their_subscriber)

    def test_ours_takes_what_theirs_held(self):
        self.check_held(self.start_our_subscriber)

    def test_theirs_takes_what_theirs_held(self):
        self.check_held(self.start_their_subscriber)

    def check_held(self, successor):
        holder = self.start_their_subscriber("--name", "heir", "--hold", "10")
        self.wait_for_inboxes(1)
        producer = Fed(lambda stdin: self.start_producer("--lossless", "--window", "2", stdin=stdin))
        lines = [b"line %d\n" % number for number in range(1, 10)]
        for line in lines:
            producer.feed(line)
        held = f"{self.bus.path}.d/inbox/heir/held"
        wait_until(lambda: os.path.isdir(held) and len(os.listdir(held)) == len(lines), "all is held")
        holder.kill()
        self.assertEqual(holder.output(), b"")
        heir = successor("--name", "heir")
        self.assertEqual(producer.end(), 0)
        self.assert_same_lines([heir], lines)

    def test_theirs_waits_when_the_window_is_full(self):
        subscriber = self.start_our_subscriber("--name", "heir")
        self.wait_for_inboxes(1)
        subscriber.kill()
        self.publish_until_killed(1, 20, "waiting:6", "--lossless", "--window", "5")
        self.assertEqual(self.bus.history_sequences(), [1, 2, 3, 4, 5])
        heir = self.start_our_subscriber("--name", "heir")
        self.publish_ours(6, 9, "--lossless")
        self.assert_same_lines([heir], [b"line %d\n" % number for number in range(1, 10)])

    def test_ours_counts_what_a_cleaner_took_from_theirs(self):
        subscriber = self.start_their_subscriber("--name", "heir")
        self.wait_for_inboxes(1)
        self.publish_ours(1, 5)
        self.assertEqual(subscriber.wait(), 0)
        self.publish_ours(6, 9)
        for sequence in (6, 7):
            os.unlink(f"{self.bus.path}.d/inbox/heir/{sequence:020d}")
        successor = self.start_our_subscriber("--name", "heir")
        self.assertEqual(successor.wait(), 0)
        self.assertEqual(successor.output(), b"line 8\nline 9\n")
        self.assertIn("lost: 2\n", successor.errors())

    def check_abandoned(self, subscriber, publish, report):
        self.wait_for_inboxes(1)
        subscriber.kill()
        self.assertEqual(len(self.inboxes()), 1)
        producer = self.publish_lines(1, 100, publish)
        self.assertEqual(producer.wait(), 0)
        self.assertRegex(producer.errors(), report)
        self.assertEqual(self.bus.history_sequences(), list(range(100 - HISTORY_DEPTH + 1, 101)))
        self.assertEqual(os.listdir(self.bus.path + ".d/inbox"), [])

    def test_ours_removes_the_inbox_of_theirs(self):
        self.check_abandoned(
            self.start_their_subscriber(),
            lambda stdin: self.start_our_lines(stdin, "--lossless", "--wait-consumers", "0"),
            "^$",
        )

    def test_theirs_removes_the_inbox_of_ours(self):
        self.check_abandoned(
            self.start_our_subscriber(),
            lambda stdin: self.start_peer(PEER, "publish", "--lossless", "--consumers", "0", stdin=stdin),
            "^removed the inbox .* 0 chunks\n$",
        )

    def test_a_name_has_one_subscriber(self):
        holders = [self.start_our_subscriber("--name", "ours"), self.start_their_subscriber("--name", "theirs")]
        self.wait_for_inboxes(len(holders))
        for refused in (self.start_their_subscriber("--name", "ours"), self.start_our_subscriber("--name", "theirs")):
            self.assertNotEqual(refused.wait(), 0)
            self.assertIn("in use", refused.errors())


if __name__ == "__main__":
    unittest.main()
