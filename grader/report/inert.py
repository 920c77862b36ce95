"""Text that came from a submission, made harmless: what could steer a terminal or hide in a page is shown."""

from __future__ import annotations

import re
import unicodedata
from typing import TypeVar, cast

import msgspec

from grader.report.words import ENGLISH

ValueT = TypeVar("ValueT")

CHARACTERS = 20_000
"""How many characters of one text a report keeps."""

_PLAIN = re.compile(r"[^\n\x20-\x7e]")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
# What GitHub's runner, Azure's agent and TeamCity take for an order; the second and the third wherever it stands.
_ORDER = re.compile(
    r":(?=:(?:add-(?:mask|matcher|path)|debug|echo|(?:end)?group|error|notice|warning|remove-matcher|save-state"
    r"|set-(?:env|output)|stop-commands|internal-set-repo-path)(?:\s[^\n]*?)?::)"
    r"|\#(?=\#(?:vso|teamcity)?\[[a-z])",
    re.IGNORECASE,
)


def visible(text: str, *, characters: int = CHARACTERS, note: str = ENGLISH.cut_characters) -> str:
    r"""`text` with control, bidirectional, zero-width and unassigned characters written out (`\x1b`, `\u202e`).

    So is the first sign of an order to a CI system (`::error::`, `##vso[`), which would be obeyed in its log.

    Line ends stay, `\r\n` becomes `\n`, a tab becomes four spaces. At most `characters` are kept: the first third and
    the end, with `note` (its `{count}` is the number left out) between them. Made visible again, it stays the same.
    """
    shown = text.replace("\r\n", "\n")
    if _PLAIN.search(shown):
        shown = shown.translate(_Written())
    if "::" in shown or "##" in shown:
        shown = _ORDER.sub(lambda found: f"\\x{ord(found.group()):02x}", shown)
    if len(shown) <= characters:
        return shown
    note = note.format(count=f"{len(shown) - characters:,}")
    ends = "\n" if "\n" in shown else " "
    keep = max(characters - len(note) - 2 * len(ends) - len(str(len(shown))), 0)
    head = keep // 3
    note = note if keep else note[:characters]
    return shown[:head] + ends + note + ends + shown[len(shown) - (keep - head) :] if keep else note


def few_lines(text: str, lines: int, *, note: str = ENGLISH.cut_lines) -> str:
    """At most `lines` lines of `text`: the first third and the end, with `note` between them."""
    every = text.split("\n")
    if len(every) <= lines:
        return text
    head = max(lines - 1, 0) // 3
    tail = max(lines - 1 - head, 0)
    return "\n".join([*every[:head], note.format(count=len(every) - head - tail), *every[len(every) - tail :]])


def one_line(text: str) -> str:
    """`visible` text on one line, every run of spaces and line ends a single space."""
    return " ".join(visible(text).split())


def inert(value: ValueT, *, characters: int = CHARACTERS, note: str = ENGLISH.cut_characters) -> ValueT:
    """`value` (a struct, tuple, dict or text, nested at will) with every text in it made `visible`."""
    return cast("ValueT", _inert(value, characters, note))


def _inert(value: object, characters: int, note: str) -> object:
    if isinstance(value, str):
        return visible(value, characters=characters, note=note)
    if isinstance(value, tuple):
        return tuple(_inert(item, characters, note) for item in value)
    if isinstance(value, dict):
        return {_inert(key, characters, note): _inert(item, characters, note) for key, item in value.items()}
    if isinstance(value, msgspec.Struct):
        fields = {name: _inert(getattr(value, name), characters, note) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    return value


class _Written(dict[int, str]):
    """What `str.translate` puts in a character's place: asked once for each one that a text holds."""

    def __missing__(self, code: int) -> str:
        self[code] = written = _written_out(chr(code))
        return written


def _written_out(char: str) -> str:
    if char == "\t":
        return "    "
    if char == "\n" or (unicodedata.category(char) not in _HIDDEN and char not in _BLANK_LETTERS):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
