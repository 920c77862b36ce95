"""Takes directives out of a Dockerfile, so that a build loads no frontend of the learner's choice, for example."""

from __future__ import annotations

import re

from grader.dockerfile.reader import directive
from grader.dockerfile.text import SPACE

_BOM = "\ufeff"
_GONE = "(the {name} directive that stood here is not used)"


def without_syntax(data: bytes) -> bytes:
    """`data` with every form of the syntax directive made harmless; the number of lines stays.

    BuildKit looks for `# syntax=`, for `// syntax=` and for a JSON object with the key "syntax", each of them also
    after a byte order mark and a `#!` line (v0.25.2, DetectSyntax). `# escape=` and `# check=` stay in force: since a
    plain comment ends the directives, they move before it. Takes any bytes.
    """
    return _taken_out(data, "syntax")


def without_check(data: bytes) -> bytes:
    """`data` with every form of the check directive made harmless, as `without_syntax` does it for syntax.

    A check directive switches BuildKit's build checks off (`skip=all`) or makes an error of each (`error=true`).
    """
    return _taken_out(data, "check")


def _taken_out(data: bytes, name: str) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    head = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    if text.startswith("#!"):
        line, newline, text = text.partition("\n")
        head += line + newline
    for comment in ("#", "//"):
        text = _without(text, comment, name)
    # No Dockerfile begins with a brace, and what begins with a parenthesis is not JSON.
    text = re.sub(r"\A([ \t\r\n]*)\{", r"\1(", text)
    return (head + text).encode("utf-8", "surrogateescape")


def _without(text: str, comment: str, name: str) -> str:
    lines = text.split("\n")
    block: list[str] = []
    last: list[str] = []
    for line in lines:
        bare = line.strip(SPACE)
        # Newer versions of BuildKit take any space for a space after the mark, v0.25.2 only those of ASCII.
        found = directive(bare, comment, SPACE)
        if found is None:
            break
        if found[0] != name:
            block.append(line)
        elif directive(bare, comment):
            last.append(_gone(line, comment, name))
        else:
            block.append(_gone(line, comment, name))
    return "\n".join([*block, *last, *lines[len(block) + len(last) :]])


def _gone(line: str, comment: str, name: str) -> str:
    return f"{comment} {_GONE.format(name=name)}" + "\r" * line.endswith("\r")
