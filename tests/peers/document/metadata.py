# SPDX-License-Identifier: Apache-2.0
"""The metadata of a chunk: `filebus.json`."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal

FORMAT = 1
GREATEST = 2**63 - 1
NULL_UUID = "00000000-0000-0000-0000-000000000000"
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class NotAChunk(Exception):
    """The file must be refused as a chunk."""


@dataclass
class Metadata:
    """Where a chunk belongs, and who published it."""

    stream: str
    sequence: int
    time: int
    producer: str = ""
    pid: int = 0
    host: str = ""
    program: str = ""


def encode(data):
    """Return `filebus.json`; its size does not depend on the numbers."""
    producer = json.dumps(
        {"host": data.host, "id": data.producer, "pid": data.pid,
         "program": data.program},
        separators=(",", ":"), ensure_ascii=False)
    text = (f'{{"format":{FORMAT},"stream":"{data.stream}",'
            f'"sequence":{data.sequence:20d},"time":{data.time:20d},'
            f'"producer":{producer}}}\n')
    return text.encode("utf-8", "replace")


def _refuse_constant(name):
    raise ValueError(name)


def _parse(data):
    """Parse JSON without ever rounding a number."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=Decimal,
                           parse_constant=_refuse_constant)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise NotAChunk(f"filebus.json: {error}") from None
    if not isinstance(value, dict):
        raise NotAChunk("filebus.json is not an object")
    return value


def _is_number(value):
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _whole(value):
    """Return a number as an integer; None if it is absent or not whole."""
    if isinstance(value, Decimal):
        if value.is_nan() or value.adjusted() > 30:
            return GREATEST + 1
        return int(value) if value == value.to_integral_value() else None
    return value


def _number(value):
    """Return a whole 64-bit number; None if it is absent or anything else."""
    value = _whole(value) if _is_number(value) else None
    return value if value is not None and abs(value) <= GREATEST else None


def _uuid(value):
    """Return a UUID in lower case, or an empty string if it is none."""
    good = isinstance(value, str) and UUID.fullmatch(value)
    return value.lower() if good else ""


def _name(value):
    """Return at most 255 UTF-16 code units of a name."""
    if not isinstance(value, str):
        return ""
    units = value.encode("utf-16-le", "surrogatepass")[:510]
    return units.decode("utf-16-le", "ignore")


def _producer(value):
    value = value if isinstance(value, dict) else {}
    pid = value.get("pid")
    return {"producer": _uuid(value.get("id")),
            "pid": _whole(pid) or 0 if _is_number(pid) else 0,
            "host": _name(value.get("host")),
            "program": _name(value.get("program"))}


def decode(data):
    """Return the metadata, or None if they are of another format."""
    value = _parse(data)
    version = value.get("format")
    if not _is_number(version):
        raise NotAChunk("filebus.json has no format")
    if version != FORMAT:
        return None
    stream = _uuid(value.get("stream"))
    sequence = _number(value.get("sequence"))
    time = _number(value.get("time")) or 0
    if not stream or stream == NULL_UUID:
        raise NotAChunk("invalid stream")
    if sequence is None or not 1 <= sequence <= GREATEST:
        raise NotAChunk("invalid sequence")
    if time < 0:
        raise NotAChunk("invalid time")
    return Metadata(stream, sequence, time, **_producer(value.get("producer")))
