# SPDX-License-Identifier: Apache-2.0
"""Read, subscribe to, and publish on a bus, from the command line.

Written only from FORMAT.md by somebody who has not seen the code. It works on
local file systems, without consumers of the original.
"""

import argparse
import os
import sys

import stop
from buslock import LockTimeout
from busdirs import Refused
from dieat import DieAt
from lines import lines
from metadata import NotAChunk
from ownerfile import NoLocks
from paths import Bus
from producer import NotExclusive, Options, Producer, Stopped
from reader import Reader
from subscriber import Subscriber
from subscription import InboxGone, InUse

ERRORS = (OSError, Refused, InUse, InboxGone, LockTimeout, NoLocks,
          NotAChunk, NotExclusive, ValueError)


def hand_on(payload):
    """Print one payload as it is."""
    data = memoryview(payload)
    while data:
        data = data[os.write(1, data):]


def report_losses(lost):
    print(f"lost {lost}", file=sys.stderr)


def read(arguments):
    reader = Reader(Bus(arguments.file), arguments.first, hand_on)
    reader.run()
    report_losses(reader.lost)


def subscribe(arguments):
    subscriber = Subscriber(Bus(arguments.file), arguments.name,
                            arguments.hold, hand_on)
    try:
        subscriber.run()
    finally:
        report_losses(subscriber.lost)


def publish(arguments):
    """Publish each line of the standard input."""
    options = Options(arguments.lossless, arguments.consumers,
                      arguments.window, arguments.history,
                      arguments.history_bytes)
    producer = Producer(Bus(arguments.file), options, DieAt(arguments.die_at))
    try:
        for line in lines():
            producer.publish(line)
    except Stopped:
        producer.leave()
    except BaseException:
        producer.leave()
        raise
    else:
        producer.leave() if stop.requested() else producer.end()


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", metavar="FILE")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("read")
    command.set_defaults(run=read)
    command.add_argument("--first", type=int)
    command = commands.add_parser("subscribe")
    command.set_defaults(run=subscribe)
    command.add_argument("--name")
    command.add_argument("--hold", type=int, default=0)
    _add_publish(commands.add_parser("publish"))
    return parser.parse_args()


def _add_publish(command):
    defaults = Options()
    command.set_defaults(run=publish)
    command.add_argument("--lossless", action="store_true")
    command.add_argument("--die-at", default="")
    for name in ("consumers", "window", "history", "history_bytes"):
        command.add_argument("--" + name.replace("_", "-"), type=int,
                             default=getattr(defaults, name))


def main():
    arguments = parse()
    stop.install()
    try:
        arguments.run(arguments)
    except BrokenPipeError:
        return 1
    except ERRORS as error:
        print(f"peer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
