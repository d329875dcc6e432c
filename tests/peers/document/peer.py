# SPDX-License-Identifier: Apache-2.0
"""A reader, a subscriber and a producer written only from FORMAT.md, without any code of filebus.

They work on local file systems, without consumers of the original. They keep the access control list of X, and grant nothing
themselves.

usage: peer.py FILE read [--first N]
       peer.py FILE subscribe [--name NAME] [--hold N]
       peer.py FILE publish [--lossless] [--consumers N] [--window N] [--history N] [--history-bytes N]
               [--die-at STEP:SEQUENCE] < LINES

read prints chunks until SIGTERM. subscribe prints them until the end of the stream, and acknowledges each after printing it.
Both finally print on stderr how many chunks were lost. publish makes each line a chunk, and then announces its end.
"""

import argparse
import os
import signal
import sys
import time

from place import Place
from producer import Producer
from reader import INTERVAL, Reader
from subscriber import Subscriber


def report(text):
    print(text, file=sys.stderr, flush=True)


def write_all(data):
    while data:
        data = data[os.write(1, data) :]




def read(place, options):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    reader = Reader(place, options.first, report)
    lost = 0
    while (step := reader.next()) is not None or not stopped:
        if step is None:
            time.sleep(INTERVAL)
        elif isinstance(step, int):
            lost += step
        else:
            write_all(step.payload)
    report(f"lost {lost}")


def subscribe(place, options):
    subscriber = Subscriber(place, options.name, report)
    subscriber.open()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    lost = 0
    taken = []
    try:
        while (step := subscriber.next()) is not None:
            if isinstance(step, int):
                lost += step
                continue
            taken.append(step)
            if options.hold:
                subscriber.hold()
            if len(taken) >= options.hold:
                deal_with(subscriber, taken)
        deal_with(subscriber, taken)
    finally:
        subscriber.leave()
        report(f"lost {lost}")


def deal_with(subscriber, taken):
    while taken:
        write_all(taken.pop(0).payload)
        subscriber.acknowledge()


def publish(place, options):
    def step(name, sequence):
        if f"{name}:{sequence}" == options.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    bounds = options.history, options.history_bytes
    producer = Producer(place, options.lossless, options.consumers, options.window, *bounds, step)
    for line in sys.stdin.buffer:
        producer.publish(line)
    producer.end()


def parse(arguments):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("file")
    parser.add_argument("command", choices=["read", "subscribe", "publish"])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--name", default="")
    parser.add_argument("--hold", type=int, default=0)
    parser.add_argument("--lossless", action="store_true")
    parser.add_argument("--consumers", type=int, default=1)
    parser.add_argument("--window", type=int, default=64)
    parser.add_argument("--history", type=int, default=64)
    parser.add_argument("--history-bytes", type=int, default=16 << 20)
    parser.add_argument("--die-at", default="")
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:])
    {"read": read, "subscribe": subscribe, "publish": publish}[options.command](Place(options.file), options)


if __name__ == "__main__":
    main()
