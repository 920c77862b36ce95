"""What a 512-byte tar header is made of: its checksum, its numbers and its names."""

from __future__ import annotations

import zlib

from grader.errors import ImageError

BLOCK = 512
_ADLER = 65521
_BLANK_CHECKSUM = 8 * 32


def is_header(block: bytes) -> bool:
    """Whether 512 bytes are a tar header, by its checksum.

    The low half of Adler-32 is 1 plus the sum of the bytes, modulo 65521, and far quicker than a sum in Python.
    """
    if len(block) != BLOCK:
        return False
    try:
        wanted = int(block[148:156].partition(b"\0")[0], 8)
    except ValueError:
        return False
    total = (zlib.adler32(block[156:], zlib.adler32(block[:148])) & 0xFFFF) - 1 + _BLANK_CHECKSUM
    return (total - wanted) % _ADLER == 0 or _signed_sum(block) == wanted


def number_of(field: bytes) -> int:
    """A number field: octal digits, or base 256 where the first bit is set (GNU); raises ImageError for neither."""
    if field[0] & 0x80:
        bits = 8 * len(field) - 1
        value = int.from_bytes(field, "big") & ((1 << bits) - 1)
        return value - (1 << bits) if field[0] & 0x40 else value
    digits = field.partition(b"\0")[0]
    try:
        return int(digits, 8)
    except ValueError as error:
        if not digits.strip(b" "):
            return 0
        raise ImageError(f"a tar header has {field!r} where an octal number is expected") from error


def text_of(raw: bytes) -> str:
    """A name; bytes that are not UTF-8 show as `\\xff`, so that every name can stand in JSON."""
    return raw.decode("utf-8", "backslashreplace")


def _signed_sum(block: bytes) -> int:
    """The checksum as some old programs make it, with signed bytes."""
    return sum(byte - 256 if byte > 127 else byte for byte in block[:148] + block[156:]) + _BLANK_CHECKSUM


def pax_records(data: bytes) -> list[tuple[str, str]]:
    """The records `length key=value\\n` of an extended header."""
    records, at = [], 0
    while at < len(data) and data[at]:
        space = data.find(b" ", at, at + 20)
        digits = data[at:space] if space > 0 else b""
        end = at + int(digits) if digits.isdigit() else 0
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if not equals or end > len(data) or end <= space or data[end - 1 : end] != b"\n":
            raise ImageError("a PAX header has a record that is not 'length key=value'")
        records.append((text_of(key), text_of(value)))
        at = end
    return records
