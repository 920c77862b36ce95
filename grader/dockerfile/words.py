"""One logical line to keyword, flags and arguments, each instruction by its own rule.

The rules are those of BuildKit v0.25.2, frontend/dockerfile/parser (split_command.go, line_parsers.go).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from math import isinf

import msgspec

from grader.dockerfile.text import SPACE
from grader.model.reading import from_json

BLANKS = re.compile(r"[\t\v\f\r ]+")
_NO_STRINGS = "when using JSON array syntax, arrays must be comprised of strings only"
_BYTE_SPACE = "\t\n\v\f\r \x85\xa0"
_FLAG = re.compile(
    rf"""(?:[^{_BYTE_SPACE}'"\\]++ | \\. | '(?:[^'\\]++|\\.)*+(?:'|\\?\Z) | "(?:[^"\\]++|\\.)*+(?:"|\\?\Z) | \\\Z)++""",
    re.VERBOSE | re.DOTALL,
)
_FLAG_MARKS = re.compile(r"\\(.)|\\\Z|['\"]", re.DOTALL)

Arguments = tuple[tuple[str, ...], bool]
"""The arguments, and whether they were given in JSON form."""


class LineError(Exception):
    """What is wrong in a line; whoever knows the line's number makes a DockerfileError of it."""


def split_command(line: str) -> tuple[str, tuple[str, ...], str]:
    """Keyword as written, flags, and the rest of a logical line."""
    match = BLANKS.search(line := line.strip(SPACE))
    if match is None:
        return line, (), ""
    keyword, rest = line[: match.start()], line[match.end() :]
    if not rest.startswith("--"):
        return keyword, (), rest.lstrip(SPACE)
    flags, rest = _flags(rest)
    return keyword, flags, rest.strip(SPACE)


def _flags(line: str) -> tuple[tuple[str, ...], str]:
    # BuildKit walks over bytes here, so a letter beyond ASCII comes out as one character a byte.
    text = line if line.isascii() else line.encode().decode("latin-1")
    flags: list[str] = []
    at = 0
    while text.startswith("--", at) and (match := _FLAG.match(text, at)):
        at = match.end()
        flag = _unquoted(match[0])
        if flag == "--":
            break
        flags.append(flag)
        while at < len(text) and text[at] in _BYTE_SPACE:
            at += 1
    rest = text[at:]
    return tuple(flags), rest if line.isascii() else rest.encode("latin-1").decode(errors="replace")


def _unquoted(word: str) -> str:
    if "\\" not in word and "'" not in word and '"' not in word:
        return word
    out: list[str] = []
    quote = ""
    at = 0
    while match := _FLAG_MARKS.search(word, at):
        out.append(word[at : match.start()])
        mark = match[0]
        if mark in ("'", '"'):
            if quote and mark != quote:
                out.append(mark)
            else:
                quote = "" if quote else mark
        else:
            out.append(match[1] or "")
        at = match.end()
    out.append(word[at:])
    return "".join(out)


def parse_arguments(name: str, rest: str, escape: str) -> Arguments:
    """The arguments of the instruction `name` (capitals), given what follows its flags.

    Raises LineError. ONBUILD is not among them; an unknown instruction has one empty argument, as BuildKit's.
    """
    if reader := _BY_NAME.get(name):
        return reader(rest)
    if name == "ARG":
        return tuple(split_words(rest, escape)), False
    if name in ("ENV", "LABEL"):
        return _pairs(name, rest, escape), False
    return ("",), False


def _blank_separated(rest: str) -> Arguments:
    return (tuple(BLANKS.split(rest)) if rest else ()), False


def _json_or_line(rest: str) -> Arguments:
    if not rest:
        return (), False
    return _json_array(rest) or ((rest,), False)


def _json_array(rest: str) -> Arguments | None:
    if not rest.startswith("["):
        return None
    try:
        return tuple(from_json(rest, list[str])), True
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return _json_array_slowly(rest)


def _json_array_slowly(rest: str) -> Arguments | None:
    try:
        items = json.loads(rest, parse_float=_finite, parse_int=_finite, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(item, str) for item in items):
        raise LineError(_NO_STRINGS)
    return tuple(item.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for item in items), True


def _finite(number: str) -> float:
    value = float(number)
    if isinf(value):
        raise ValueError(number)
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _healthcheck(rest: str) -> Arguments:
    text = rest if rest.isascii() else rest.encode().decode("latin-1")
    sep = next((at for at, char in enumerate(text) if char in _BYTE_SPACE), len(text))
    kind, command = text[:sep], text[sep:].lstrip(_BYTE_SPACE)
    if not rest.isascii():
        kind, command = (part.encode("latin-1").decode(errors="replace") for part in (kind, command))
    if not kind:
        return (), False
    arguments, is_json = _json_or_line(command)
    return (kind, *arguments), is_json


def _pairs(name: str, rest: str, escape: str) -> tuple[str, ...]:
    words = split_words(rest, escape)
    if not words:
        return ()
    if "=" not in words[0]:
        parts = BLANKS.split(rest, maxsplit=1)
        if len(parts) < 2:
            raise LineError(f"{name} must have two arguments")
        return parts[0], parts[1], ""
    pairs: list[str] = []
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise LineError(f"Syntax error - can't find = in {quoted(word)}. Must be of the form: name=value")
        pairs += (key, value, "=")
    return tuple(pairs)


@cache
def _word_pattern(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    plain = rf"[^{SPACE}'\"{e}]++"
    single = r"'[^']*+(?:'|\Z)"
    double = rf'"(?:[^"{e}]++|{e}.)*+(?:"|\Z|(?={e}\Z))'
    return re.compile(rf"((?:{plain}|{e}.|{single}|{double})*+)({e}\Z)?", re.DOTALL)


def split_words(rest: str, escape: str) -> list[str]:
    """Words separated by spaces; quotes and escapes stay in them, and hold spaces together."""
    if escape not in rest and '"' not in rest and "'" not in rest and rest.isascii() and rest.isprintable():
        return rest.split()
    pattern = _word_pattern(escape)
    words: list[str] = []
    at = 0
    while at < len(rest):
        match = pattern.match(rest, at)
        if match is None or match.end() == at:
            at += 1
            continue
        if match[1]:
            words.append(match[1])
        at = match.end()
    return words


def quoted(text: str) -> str:
    """`text` between double quotes, as Go's %q writes it."""
    return json.dumps(text, ensure_ascii=False)


def _list(rest: str) -> Arguments:
    return _json_array(rest) or _blank_separated(rest)


def _line(rest: str) -> Arguments:
    return ((rest,) if rest else ()), False


_BY_NAME: Mapping[str, Callable[[str], Arguments]] = {
    **dict.fromkeys(("CMD", "ENTRYPOINT", "RUN", "SHELL"), _json_or_line),
    **dict.fromkeys(("ADD", "COPY", "VOLUME"), _list),
    **dict.fromkeys(("EXPOSE", "FROM"), _blank_separated),
    **dict.fromkeys(("MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"), _line),
    "HEALTHCHECK": _healthcheck,
}
