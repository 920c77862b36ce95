"""Data as a value of a type, in any thread.

msgspec looks at a type when it first meets it and keeps what it found with the type. When another thread meets the type
before it is done, the process dies (seen with msgspec 0.22.0). So each type is met by one thread at a time, and what
reads data into a type, anywhere in Drydock, does so by these functions.
"""

from __future__ import annotations

import re
import threading
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")
_ONE_AT_A_TIME = threading.Lock()
_MET: dict[Any, msgspec.json.Decoder[Any]] = {}


def from_json(data: bytes | str, kind: type[T]) -> T:
    """`data` as a value of `kind`; raises msgspec.DecodeError, or its ValidationError when it is none."""
    return cast(T, _met(kind).decode(data))


def from_msgpack(data: bytes, kind: type[T]) -> T:
    """`data` as a value of `kind`; raises msgspec.DecodeError, or its ValidationError when it is none."""
    _met(kind)
    return msgspec.msgpack.decode(data, type=kind)


def from_value(value: object, kind: type[T], *, strict: bool = True) -> T:
    """A value of dicts, lists, texts and numbers as one of `kind`; raises msgspec.ValidationError when it is none."""
    _met(kind)
    return msgspec.convert(value, kind, strict=strict)


KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text in quotes",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}


def in_words(error: msgspec.ValidationError) -> str:
    """What does not fit, and where, in the words of TOML: `port: expected a whole number, found a text in quotes`."""
    found = re.fullmatch(r"(.*?)(?: - at `\$\.?(.*)`)?", str(error), flags=re.DOTALL)
    what, place = (found[1], found[2] or "") if found else (str(error), "")
    if wrong := re.fullmatch(r"Expected `([^`]*)`, got `([^`]*)`", what):
        wanted, got = (" or ".join(KINDS.get(name, name) for name in kinds.split(" | ")) for kinds in wrong.groups())
        what = f"expected {wanted}, found {got}"
    elif missing := re.fullmatch(r"Object missing required field `([^`]*)`", what):
        place, what = ".".join(filter(None, (place, missing[1]))), "is missing"
    return f"{place}: {what}" if place else what


def _met(kind: Any) -> msgspec.json.Decoder[Any]:
    found = _MET.get(kind)
    if found is None:
        with _ONE_AT_A_TIME:
            found = _MET.setdefault(kind, msgspec.json.Decoder(kind))
    return found
