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
    return _cut(_uncut(text), characters, note)


def _uncut(text: str) -> str:
    shown = text.replace("\r\n", "\n")
    if _PLAIN.search(shown):
        shown = shown.translate(_Written())
    if "::" in shown or "##" in shown:
        shown = _ORDER.sub(lambda found: f"\\x{ord(found.group()):02x}", shown)
    return shown


def _cut(shown: str, characters: int, note: str) -> str:
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


def one_line(text: str, *, characters: int = CHARACTERS) -> str:
    """`visible` text on one line, every run of spaces and line ends a single space; cut as `visible` cuts."""
    return _cut(" ".join(_uncut(text).split()), characters, ENGLISH.cut_characters)


def message_on_one_line(text: str, *, characters: int = CHARACTERS) -> str:
    """A message on one line: a semicolon between what happened and what to do, where nothing ends the first already."""
    what, _, do = text.rstrip().partition("\n  ")
    between = "" if not do or what.endswith((".", ":", ";", "!", "?")) else ";"
    return one_line(f"{what}{between} {do}", characters=characters)


def inert_json(text: str) -> str:
    r"""JSON that means exactly what the JSON `text` means, with what `visible` writes out as JSON's own `\u202e`.

    For names by which a program finds somebody again, and which a person may look at all the same.
    """
    if _PLAIN.search(text):
        text = text.translate(_Escaped())
    # In JSON these signs stand side by side inside a text only.
    return _ORDER.sub(lambda found: _escaped(found.group()), text)


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


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in _HIDDEN and char not in _BLANK_LETTERS


def _written_out(char: str) -> str:
    if char == "\t":
        return "    "
    if char == "\n" or _shows(char):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class _Escaped(dict[int, str]):
    """The same for JSON's text, in which a control character is a line end between two values."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = written = char if code < 0x20 or _shows(char) else _escaped(char)
        return written


def _escaped(char: str) -> str:
    """JSON's own way of writing a character: one or two units of UTF-16."""
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
