# SPDX-License-Identifier: Apache-2.0
"""Shared by the tests of the peer written from FORMAT.md: the peer and our program in each role, and the expected results."""

import collections
import os
import signal

import checked_lines
from bus_test import BusTestCase, Process, wait_until

PEER = "document/peer.py"


def numbers_by_source(lines):
    """Source -> numbers. Raises if a line is torn."""
    numbers = collections.defaultdict(list)
    for source, number in map(checked_lines.check, lines):
        numbers[source].append(number)
    return numbers


class DocumentPeer(BusTestCase):
    def start_ours(self, source, duration, *options):
        return self.start_flat_out(source, duration, lambda stdin: self.start_producer(*options, stdin=stdin))

    def start_theirs(self, source, duration, *options):
        return self.start_flat_out(source, duration, lambda stdin: self.start_peer(PEER, "publish", *options, stdin=stdin))

    def start_our_subscriber(self, *options):
        return self.start_consumer("--lossless", *options)

    def start_their_subscriber(self, *options):
        return self.start_peer(PEER, "subscribe", *options)

    def start_subscribers(self):
        """Two of each kind, one of them with a name, all subscribed."""
        subscribers = [self.start_our_subscriber(), self.start_our_subscriber("--name", "ours")]
        subscribers += [self.start_their_subscriber(), self.start_their_subscriber("--name", "theirs")]
        self.wait_for_inboxes(len(subscribers))
        return subscribers

    def inboxes(self):
        directory = self.bus.path + ".d/inbox"
        names = os.listdir(directory) if os.path.isdir(directory) else []
        return [name for name in names if not name.startswith(".") and os.path.isdir(os.path.join(directory, name))]

    def wait_for_inboxes(self, count):
        wait_until(lambda: len(self.inboxes()) == count, f"{count} inboxes")

    def fed(self, feeders_and_producers):
        """The number of lines of each source. All must have ended successfully."""
        for feeder, producer in feeders_and_producers:
            self.assert_ended_well(producer)
            self.assertEqual(feeder.wait(), 0)
        return [int(feeder.errors()) for feeder, _ in feeders_and_producers]

    def publish_lines(self, first, last, start):
        """Feeds the lines from first to last to the process started by start(stdin)."""
        path = os.path.join(self.scratch, f"lines.{next(Process.serial)}")
        with open(path, "wb") as file:
            file.writelines(b"line %d\n" % number for number in range(first, last + 1))
        with open(path, "rb") as file:
            return start(file)

    def start_our_lines(self, stdin, *options):
        return self.start_producer("--lines", "--block-size", "9", *options, stdin=stdin)

    def publish_ours(self, first, last, *options):
        self.assert_ended_well(self.publish_lines(first, last, lambda stdin: self.start_our_lines(stdin, *options)))

    def publish_until_killed(self, first, last, at, *options):
        start = lambda stdin: self.start_peer(PEER, "publish", *options, "--die-at", at, stdin=stdin)
        self.assertEqual(self.publish_lines(first, last, start).wait(), -signal.SIGKILL)

    def assert_all_taken(self, subscribers, expected):
        """Source -> number of lines. Each line arrived once, in order, at each consumer."""
        for subscriber in subscribers:
            self.assertEqual(subscriber.wait(), 0, subscriber.errors())
            self.assertIn(subscriber.errors(), ["", "lost 0\n"])
            numbers = numbers_by_source(subscriber.lines())
            self.assertEqual({source: len(found) for source, found in numbers.items()}, expected)
            for found in numbers.values():
                self.assertEqual(found, list(range(1, len(found) + 1)))

    def assert_same_lines(self, subscribers, expected):
        for subscriber in subscribers:
            self.assertEqual(subscriber.wait(), 0, subscriber.errors())
            self.assertIn(subscriber.errors(), ["", "lost 0\n"])
            self.assertEqual(subscriber.lines(), expected)
