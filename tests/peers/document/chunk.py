# SPDX-License-Identifier: Apache-2.0
"""FORMAT.md, "The chunk": conversion between bytes and values, without files."""

import dataclasses
import json
import uuid

BLOCK = 512
LARGEST_PAYLOAD = 67_108_864
LARGEST_METADATA = 65_536
LARGEST_FILE = 67_190_784
MOST_ENTRIES = 64
LAST_SEQUENCE = 2**63 - 1
LONGEST_NAME = 255
PAYLOAD_NAMES = (b"from_server", b"./from_server")
METADATA_NAMES = (b"filebus.json",)


class NotAChunk(Exception):
    """The file was read and must be refused."""


@dataclasses.dataclass
class Chunk:
    payload: bytes
    stream: uuid.UUID | None = None
    sequence: int = 0  # 0: not numbered
    time: int = 0  # nanoseconds since 1970
    producer: dict = dataclasses.field(default_factory=dict)

    def producer_id(self):
        return parse_uuid(self.producer.get("id"))

    def signature(self):
        """Distinguishes the chunk from another one with the same number."""
        return self.time, self.producer_id(), len(self.payload), self.payload[:256]


def parse_uuid(text):
    """None for the null UUID and for anything that is not a UUID."""
    try:
        value = uuid.UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
    return value if value.int else None


def padding(size):
    return bytes(-size % BLOCK)


def header(name, size, seconds):
    head = bytearray(BLOCK)
    fields = {0: name, 100: b"0000644", 108: b"0000000", 116: b"0000000", 124: b"%011o" % size, 136: b"%011o" % seconds}
    for offset, value in (fields | {148: b" " * 8, 156: b"0", 257: b"ustar\0" + b"00"}).items():
        head[offset : offset + len(value)] = value
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def metadata_of(chunk):
    producer = json.dumps(chunk.producer, separators=(",", ":"), ensure_ascii=False)
    head = f'{{"format":1,"stream":"{chunk.stream}","sequence":{chunk.sequence:20d},"time":{chunk.time:20d}'
    return f'{head},"producer":{producer}}}\n'.encode()


def metadata_offset(payload_size):
    return 2 * BLOCK + payload_size + len(padding(payload_size))


def encode(chunk):
    seconds = chunk.time // 1_000_000_000
    metadata = metadata_of(chunk)
    parts = [header(PAYLOAD_NAMES[0], len(chunk.payload), seconds), chunk.payload, padding(len(chunk.payload))]
    parts += [header(METADATA_NAMES[0], len(metadata), seconds), metadata, padding(len(metadata)), bytes(2 * BLOCK)]
    return b"".join(parts)


def octal(digits):
    digits = digits.strip(b" \0")
    if digits and not all(0x30 <= digit <= 0x37 for digit in digits):
        raise NotAChunk(f"{digits!r} is not an octal number")
    return int(digits or b"0", 8)


def is_sum_right(head):
    return octal(head[148:156]) == sum(head) - sum(head[148:156]) + 8 * 0x20


def name_of(head):
    has_prefix = head[257:263] == b"ustar\0" and head[345] != 0
    return None if has_prefix else head[:100].split(b"\0")[0]


def entries(data):
    """Name, whether it is a regular file, and content of each entry."""
    offset = count = 0
    while True:
        head = data[offset : offset + BLOCK]
        if len(head) < BLOCK:
            raise NotAChunk("it is cut off")
        if not any(head):
            return
        count += 1
        if count > MOST_ENTRIES or not is_sum_right(head):
            raise NotAChunk("it has too many entries, or one whose checksum is wrong")
        size = octal(head[124:136])
        content = data[offset + BLOCK : offset + BLOCK + size]
        if len(content) < size:
            raise NotAChunk("it is shorter than it declares")
        yield name_of(head), head[156:157] in (b"0", b"\0"), content
        offset += BLOCK + size + len(padding(size))


def only(contents, names, what, most):
    """The content of the only entry with one of those names; None if there is none."""
    found = [(regular, content) for name, regular, content in contents if name in names]
    if len(found) > 1 or any(not regular or len(content) > most for regular, content in found):
        raise NotAChunk(f"{what} is there twice, no regular file, or too large")
    return found[0][1] if found else None


def whole(value, default):
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def read_metadata(chunk, text):
    try:
        values = json.loads(text)
    except ValueError as error:
        raise NotAChunk("its metadata are not JSON") from error
    if not isinstance(values, dict) or not isinstance(values.get("format"), (int, float)):
        raise NotAChunk("its metadata have no format")
    if values["format"] != 1:
        return
    chunk.stream, chunk.sequence = parse_uuid(values.get("stream")), whole(values.get("sequence"), 0)
    chunk.time = whole(values.get("time"), 0)
    chunk.producer = values["producer"] if isinstance(values.get("producer"), dict) else {}
    if chunk.stream is None or not 1 <= chunk.sequence <= LAST_SEQUENCE or chunk.time < 0:
        raise NotAChunk("its stream, sequence or time is invalid")


def decode(data):
    contents = list(entries(data))
    payload = only(contents, PAYLOAD_NAMES, "the payload", LARGEST_PAYLOAD)
    metadata = only(contents, METADATA_NAMES, "the metadata", LARGEST_METADATA)
    if payload is None:
        raise NotAChunk("it has no payload")
    chunk = Chunk(payload)
    if metadata is not None:
        read_metadata(chunk, metadata)
    return chunk
