# SPDX-License-Identifier: Apache-2.0
"""What FORMAT.md says about unusual archives, our program and the reader written from FORMAT.md both do. If one of them refuses what
the other accepts, they number the next chunk differently."""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import unittest

from bus_test import HERE, PROGRAM, BusTestCase

sys.path.insert(0, str(HERE / "document"))
import chunk  # pylint: disable=wrong-import-position
import metadata  # pylint: disable=wrong-import-position

STREAM = "0f9b6a52-3c1e-4d7a-9b84-2a6d5e8c7f10"
METADATA = '{"format":1,"stream":"%s","sequence":5,"time":5}' % STREAM
END = bytes(1024)
NOT_NUMBERED = "not numbered"
REFUSED = "refused"


def with_metadata(text):
    content = text if isinstance(text, bytes) else text.encode()
    return chunk._entry(b"from_server", b"hello", 5) + chunk._entry(b"filebus.json", content, 5) + END


def changed(old, new):
    return with_metadata(METADATA.replace(old, new))


def added(members):
    return with_metadata(METADATA[:-1] + "," + members + "}")


def with_header(offset, field):
    """Changes the header of the payload, and makes its checksum right."""
    data = bytearray(with_metadata(METADATA))
    data[offset : offset + len(field)] = field
    data[148:156] = b"%06o\0 " % chunk._checksum(data[:512])
    return bytes(data)


# name: (archive, the sequence, or that there is none)
CASES = {
    "format 1.0": (changed('"format":1', '"format":1.0'), 5),
    "format 1e0": (changed('"format":1', '"format":1e0'), 5),
    "format 1.5": (changed('"format":1', '"format":1.5'), NOT_NUMBERED),
    "format -1": (changed('"format":1', '"format":-1'), NOT_NUMBERED),
    "format 1e99": (changed('"format":1', '"format":1e99'), NOT_NUMBERED),
    "format true": (changed('"format":1', '"format":true'), REFUSED),
    "format twice": (added('"format":2'), NOT_NUMBERED),
    "sequence 5.0": (changed('"sequence":5', '"sequence":5.0'), 5),
    "sequence 50e-1": (changed('"sequence":5', '"sequence":50e-1'), 5),
    "sequence 5.5": (changed('"sequence":5', '"sequence":5.5'), REFUSED),
    "sequence beyond a double": (changed('"sequence":5', '"sequence":9007199254740993.0'), 9007199254740993),
    "sequence the greatest": (changed('"sequence":5', '"sequence":9223372036854775807'), (1 << 63) - 1),
    "sequence one more": (changed('"sequence":5', '"sequence":9223372036854775808'), REFUSED),
    "sequence absent": (changed('"sequence":5,', ""), REFUSED),
    "sequence twice": (added('"sequence":6'), 6),
    "sequence 05": (changed('"sequence":5', '"sequence":05'), REFUSED),
    "time absent": (changed(',"time":5', ""), 5),
    "time null": (changed('"time":5', '"time":null'), 5),
    "time text": (changed('"time":5', '"time":"x"'), 5),
    "time 1.5": (changed('"time":5', '"time":1.5'), 5),
    "time -0": (changed('"time":5', '"time":-0'), 5),
    "time -1": (changed('"time":5', '"time":-1'), REFUSED),
    "time too great": (changed('"time":5', '"time":9223372036854775808'), 5),
    "stream in upper case": (changed(STREAM, STREAM.upper()), 5),
    "stream in braces": (changed(STREAM, "{" + STREAM + "}"), REFUSED),
    "stream without hyphens": (changed(STREAM, STREAM.replace("-", "")), REFUSED),
    "byte order mark": (with_metadata(b"\xef\xbb\xbf" + METADATA.encode()), REFUSED),
    "invalid UTF-8": (with_metadata(METADATA[:-1].encode() + b',"x":"\xff"}'), REFUSED),
    "control character": (added('"x":"\t"'), REFUSED),
    "unknown escape": (added('"x":"\\q"'), REFUSED),
    "lone surrogate": (added('"x":"\\ud800"'), 5),
    "huge exponent": (added('"x":1e999999999'), 5),
    "not a number": (added('"x":NaN'), REFUSED),
    "nested": (added('"x":' + "[" * 600 + "]" * 600), 5),
    "text after it": (with_metadata(METADATA + "x"), REFUSED),
    "NUL after it": (with_metadata(METADATA.encode() + b"\0"), REFUSED),
    "producer without form": (added('"producer":{"id":"x","pid":"y","host":5}'), 5),
    "the longest": (with_metadata(METADATA + " " * (65536 - len(METADATA))), 5),
    "one byte longer": (with_metadata(METADATA + " " * (65537 - len(METADATA))), REFUSED),
    "size led by NULs": (with_header(124, b"\0\x0000000005\0\0"), 5),
    "size with spaces": (with_header(124, b"          5 "), 5),
    "size without end": (with_header(124, b"000000000005"), 5),
    "size without digits": (with_header(124, b" " * 12), REFUSED),
    "size and more": (with_header(124, b"0000005\0junk"), REFUSED),
    "prefix without magic": (with_header(257, b"\0" * 6 + b"00" + bytes(80) + b"directory"), 5),
    "time of the file unreadable": (with_header(136, b"zzz"), 5),
    "bytes after the name": (with_header(11, b"\0junk"), 5),
    "metadata after the end": (chunk._entry(b"from_server", b"hello", 5) + bytes(512) + with_metadata("{"), NOT_NUMBERED),
}


def theirs(data):
    try:
        decoded = chunk.decode(data)
    except metadata.NotAChunk:
        return REFUSED
    return decoded.data.sequence if decoded.numbered else NOT_NUMBERED


class OddArchives(BusTestCase):
    def ours(self, item):
        number, (data, _) = item
        path = pathlib.Path(self.scratch, str(number))
        path.write_bytes(data)
        command = [PROGRAM, "--filename", str(path), "status", "--json"]  # which observes the bus for a second
        status = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
        return REFUSED if status["error"] else status["sequence"] or NOT_NUMBERED

    def test_both_agree_with_the_document(self):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            ours = list(pool.map(self.ours, enumerate(CASES.values())))
        for found, (name, (data, expected)) in zip(ours, CASES.items()):
            with self.subTest(name):
                self.assertEqual((found, theirs(data)), (expected, expected))


if __name__ == "__main__":
    unittest.main()
