# SPDX-License-Identifier: Apache-2.0
"""The chunk: a tar archive with a payload and its metadata."""

from dataclasses import dataclass

import metadata
from metadata import Metadata, NotAChunk

BLOCK = 512
ZEROS = bytes(BLOCK)
MOST_PAYLOAD = 67_108_864
MOST_METADATA = 65_536
MOST_FILE = 67_190_784
MOST_ENTRIES = 64
PAYLOAD_NAME = b"from_server"
METADATA_NAME = b"filebus.json"


@dataclass
class Chunk:
    """A payload, with metadata if it is numbered."""

    payload: bytes
    data: Metadata | None
    time: int

    @property
    def numbered(self):
        return self.data is not None

    @property
    def place(self):
        """Return stream and sequence; None if the chunk has no number."""
        return (self.data.stream, self.data.sequence) if self.data else None

    @property
    def fingerprint(self):
        """Return what tells this chunk from another with its number."""
        return (self.data.time, self.data.producer, len(self.payload),
                bytes(self.payload[:256]))


def padded(size):
    """Round a size up to whole blocks."""
    return (size + BLOCK - 1) // BLOCK * BLOCK


def _checksum(header):
    return sum(header[:148]) + 8 * 32 + sum(header[156:])


def _header(name, size, seconds):
    header = bytearray(BLOCK)
    header[0:len(name)] = name
    header[100:124] = b"100644 \0   765 \0   144 \0"
    header[124:136] = b"%011o " % size
    header[136:148] = b"%011o " % min(seconds, 0o77777777777)
    header[156:157] = b"0"
    header[257:265] = b"ustar\00000"
    header[148:156] = b"%06o\0 " % _checksum(header)
    return bytes(header)


def _entry(name, content, seconds):
    padding = bytes(padded(len(content)) - len(content))
    return _header(name, len(content), seconds) + content + padding


def encode(payload, data):
    """Return the bytes of a chunk."""
    seconds = data.time // 1_000_000_000
    return (_entry(PAYLOAD_NAME, payload, seconds)
            + _entry(METADATA_NAME, metadata.encode(data), seconds)
            + bytes(2 * BLOCK))


def metadata_offset(payload):
    """Return where the metadata of a chunk begin."""
    return BLOCK + padded(len(payload)) + BLOCK


def _octal(field):
    """Return an octal number; None if there is none."""
    digits = field.strip(b" \0")
    if not digits or digits.strip(b"01234567"):
        return None
    return int(digits, 8)


def _name(header):
    name = header[:100].split(b"\0")[0]
    if header[257:263] == b"ustar\0" and header[345]:
        return header[345:500].split(b"\0")[0] + b"/" + name
    return name


def _check_header(header):
    if len(header) < BLOCK:
        raise NotAChunk("it is cut off")
    if _octal(header[148:156]) != _checksum(header):
        raise NotAChunk("a header has a wrong checksum")


def _entries(data):
    """Yield header and content of each entry up to the end of archive."""
    offset = count = 0
    while data[offset:offset + BLOCK] != ZEROS:
        header = data[offset:offset + BLOCK]
        _check_header(header)
        size = _octal(header[124:136])
        offset += BLOCK
        count += 1
        if size is None or size > len(data) - offset:
            raise NotAChunk("a size is unreadable or too large")
        if count > MOST_ENTRIES:
            raise NotAChunk("it has too many entries")
        yield header, data[offset:offset + size]
        offset += padded(size)


def _collect(data):
    """Return header and content of the entries that count, by name."""
    found = {}
    for header, content in _entries(data):
        name = _name(header)
        if name not in (PAYLOAD_NAME, METADATA_NAME):
            continue
        if name in found or header[156:157] not in (b"0", b"\0"):
            raise NotAChunk(f"{name.decode()} is twice or not a file")
        found[name] = (header, content)
    return found


def decode(data):
    """Return the chunk in `data`, or raise NotAChunk."""
    if len(data) > MOST_FILE:
        raise NotAChunk("it is too long")
    found = _collect(data)
    if PAYLOAD_NAME not in found:
        raise NotAChunk("it has no payload")
    header, payload = found[PAYLOAD_NAME]
    details = found.get(METADATA_NAME, (b"", None))[1]
    if len(payload) > MOST_PAYLOAD or len(details or b"") > MOST_METADATA:
        raise NotAChunk("payload or metadata are too long")
    about = metadata.decode(details) if details is not None else None
    seconds = _octal(header[136:148]) or 0
    time = about.time if about else seconds * 1_000_000_000
    return Chunk(payload, about, time)
