# SPDX-License-Identifier: Apache-2.0
"""The lossless protocol of the raw format, with a peer of the original 0.3.5 at either end, and with our programs at both."""

import fcntl
import os
import pathlib
import signal
import time
import unittest

from bus_test import DISK, wait_until
from raw_test import PEER_BLOCK, RawTestCase, some_bytes


def cpu_ticks(process):
    fields = pathlib.Path(f"/proc/{process.popen.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


class RawLosslessOnTmpfs(RawTestCase):
    def check_lossless(self, producing, consuming, size, *options):
        content = some_bytes(size)
        consumer = consuming("consumer", "--lossless")
        producer = self.with_input(producing, content, "--lossless", *options)
        self.assert_ended_well(producer)
        self.assert_ended_well(consumer)
        self.assertEqual(consumer.output(), content)
        self.assertTrue(self.bus_is_free())

    def test_lossless_from_ours_to_the_peer(self):
        self.check_lossless(self.ours, self.peer, 20 * PEER_BLOCK + 17, "--block-size", str(PEER_BLOCK))

    def test_lossless_from_the_peer_to_ours(self):
        self.check_lossless(self.peer, self.ours, 20 * PEER_BLOCK + 17)

    def test_lossless_beside_a_lock_that_is_removed_each_time(self):
        self.check_lossless(self.ours, self.peer_with_unlinked_lock, 10 * PEER_BLOCK + 17, "--block-size", str(PEER_BLOCK))
        self.check_lossless(self.peer_with_unlinked_lock, self.ours, 10 * PEER_BLOCK + 17)

    def test_lossless_from_ours_to_ours(self):
        self.check_lossless(self.ours, self.ours, 3000 * PEER_BLOCK + 17, "--block-size", str(PEER_BLOCK))
        self.assertEqual(self.names(), ["bus.lock"])

    def test_lossless_without_input_is_the_end_alone(self):
        self.check_lossless(self.ours, self.peer, 0)
        self.check_lossless(self.peer, self.ours, 0)

    def test_back_pressure_is_another_name(self):
        self.assert_ended_well(self.with_input(self.ours, b"", "--back-pressure"))
        self.assertEqual(pathlib.Path(self.bus.path).read_bytes(), b"", "the end")
        self.assert_ended_well(self.ours("consumer", "--back-pressure"))

    def test_lossless_with_looks_alone(self):
        content = some_bytes(40 * PEER_BLOCK)
        quick = ["--lossless", "--sleep-interval", "0.01"]
        consumer = self.ours("consumer", *quick, "--no-file-monitoring")
        self.assert_ended_well(self.with_input(self.ours, content, *quick, "--block-size", str(PEER_BLOCK)))
        self.assert_ended_well(consumer)
        self.assertEqual(consumer.output(), content)

    def test_lossless_producer_does_not_wait_for_the_end_to_be_taken(self):
        for producing in self.ours, self.peer:
            with self.subTest(producing.__name__):
                self.assert_ended_well(self.with_input(producing, b"", "--lossless"))
                self.assertEqual(os.path.getsize(self.bus.path), 0)
                os.unlink(self.bus.path)

    def test_lossless_consumer_ends_at_the_end_of_a_former_run(self):
        for consuming in self.ours, self.peer:
            with self.subTest(consuming.__name__):
                pathlib.Path(self.bus.path).write_bytes(b"")
                self.assert_ended_well(consuming("consumer", "--lossless"))
                self.assertTrue(self.bus_is_free())

    def test_lossless_producer_waits_for_the_chunk_of_a_former_run(self):
        pathlib.Path(self.bus.path).write_bytes(b"left over\n")
        producer = self.with_input(self.ours, b"new\n", "--lossless")
        wait_until(lambda: os.path.exists(self.bus.lock_path), "the producer has begun")
        self.assertEqual(pathlib.Path(self.bus.path).read_bytes(), b"left over\n")
        consumer = self.peer("consumer", "--lossless")
        self.assert_ended_well(producer)
        self.assert_ended_well(consumer)
        self.assertEqual(consumer.output(), b"left over\nnew\n")

    def test_waiting_goes_on_without_a_time_out_and_without_work(self):
        pathlib.Path(self.bus.path).write_bytes(b"not taken\n")
        options = ["--lossless", "--lock-timeout", "0.3", "--sleep-interval", "10"]
        producer = self.with_input(self.ours, b"new\n", *options)
        wait_until(lambda: os.path.exists(self.bus.lock_path), "the producer has begun")
        before = cpu_ticks(producer)
        time.sleep(0.5)
        self.assertLessEqual(cpu_ticks(producer) - before, 2)
        self.assertIsNone(producer.popen.poll())
        consumer = self.ours("consumer", "--lossless")
        self.assert_ended_well(producer)
        self.assert_ended_well(consumer)
        self.assertEqual(consumer.output(), b"not taken\nnew\n")

    def test_lock_is_held_too_long(self):
        lock = os.open(self.bus.lock_path, os.O_RDWR | os.O_CREAT, 0o644)
        self.addCleanup(os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_EX)
        for options in ([], ["--lossless"]):
            with self.subTest(options=options):
                producer = self.with_input(self.ours, b"x", "--lock-timeout", "0.1", *options)
                self.assertEqual(producer.wait(), 75)
                self.assertIn(f"PID {os.getpid()}", producer.errors())
                self.assertTrue(self.bus_is_free())

    def test_consumer_waits_for_the_lock(self):
        lock = os.open(self.bus.lock_path, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(lock, fcntl.LOCK_EX)
        pathlib.Path(self.bus.path).write_bytes(b"hello\n")
        consumer = self.ours("consumer", "--lossless", "-n", "1")
        wait_until(lambda: consumer.has_open(self.bus.lock_path), "the consumer has tried the lock")
        self.assertEqual(consumer.output(), b"")
        os.close(lock)
        self.assert_ended_well(consumer)
        self.assertEqual(consumer.output(), b"hello\n")
        self.assertTrue(self.bus_is_free())

    def test_of_several_consumers_one_gets_each_chunk(self):
        lines = [b"line %06d\n" % number for number in range(2000)]
        consumers = [self.ours("consumer", "--lossless") for _ in range(2)]
        producer = self.with_input(self.ours, b"".join(lines), "--lossless", "--block-size", "12", "--lines")
        self.assert_ended_well(producer)
        wait_until(lambda: any(consumer.popen.poll() is not None for consumer in consumers), "one has taken the end")
        self.assertEqual(sorted(consumers[0].lines() + consumers[1].lines()), lines)

    def test_two_producers_and_a_consumer_for_each_end(self):
        lines = [[b"%s %06d\n" % (name, number) for number in range(3000)] for name in (b"a", b"b")]
        options = ["--lossless", "--lines", "--block-size", "9"]
        producers = [self.with_input(self.ours, b"".join(own), *options) for own in lines]
        consumers = []
        for _ in producers:
            consumers.append(self.ours("consumer", "--lossless"))
            self.assert_ended_well(consumers[-1])
        for producer in producers:
            self.assert_ended_well(producer)
        received = consumers[0].lines() + consumers[1].lines()
        for own in lines:
            self.assertEqual([line for line in received if line[:1] == own[0][:1]], own)

    def test_killed_while_it_hands_a_chunk_on(self):
        """A chunk that was not printed completely stays for the next consumer."""
        content = some_bytes(1 << 20)
        pathlib.Path(self.bus.path).write_bytes(content)
        for number in signal.SIGKILL, signal.SIGTERM:
            read_end, write_end = os.pipe2(os.O_CLOEXEC)
            consumer = self.ours("consumer", "--lossless", stdout=write_end)
            os.close(write_end)
            os.read(read_end, 1)
            consumer.popen.send_signal(number)
            consumer.wait()
            os.close(read_end)
            self.assertEqual(pathlib.Path(self.bus.path).read_bytes(), content)
        successor = self.ours("consumer", "--lossless", "--once")
        self.assert_ended_well(successor)
        self.assertEqual(successor.output(), content)
        self.assertTrue(self.bus_is_free())

    def test_output_that_fails_takes_nothing(self):
        pathlib.Path(self.bus.path).write_bytes(b"hello\n")
        with open("/dev/full", "wb") as full:
            consumer = self.ours("consumer", "--lossless", stdout=full)
            self.assertEqual(consumer.wait(), 74)
        self.assertEqual(pathlib.Path(self.bus.path).read_bytes(), b"hello\n")

    def test_count_takes_no_more_than_that(self):
        content = b"one two three "
        producer = self.with_input(self.ours, content, "--lossless", "--block-size", "1")
        first = self.ours("consumer", "--lossless", "--count", "4")
        self.assert_ended_well(first)
        self.assertEqual(first.output(), content[:4])
        rest = self.ours("consumer", "--lossless")
        self.assert_ended_well(rest)
        self.assert_ended_well(producer)
        self.assertEqual(rest.output(), content[4:])

    def test_lossless_consumer_that_was_not_told_the_format_says_what_to_do(self):
        producer = self.with_input(self.ours, b"hello\n", "--lossless")
        consumer = self.start_consumer("--lossless")
        wait_until(lambda: "--format raw" in consumer.errors(), "the consumer says so")
        self.assertEqual((consumer.errors().count("\n"), consumer.output()), (1, b""))
        consumer.terminate()
        self.assert_ended_well(self.ours("consumer", "--lossless"))
        self.assert_ended_well(producer)


class RawLosslessOnDisk(RawLosslessOnTmpfs):
    place = DISK


if __name__ == "__main__":
    unittest.main()
