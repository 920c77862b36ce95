"""What a .dockerignore leaves out of the build context, as BuildKit decides it (moby/patternmatcher v0.6).

Two oddities are left out: a backslash before a letter (there it is an escape of Go's regular expressions, here the
letter), and stars or brackets between brackets.
"""

from __future__ import annotations

import posixpath
import re

import msgspec

from grader.dockerfile.text import LONGEST_LINE, SPACE
from grader.errors import DockerfileError

_TOKEN = re.compile(r"\*\*/?|\*|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.|.", re.DOTALL)
_MEMBER = re.compile(r"(?:\\(.)|(.))(?:-(?:\\(.)|(.)))?", re.DOTALL)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern: `text` is as BuildKit uses it, without its `!` (`negated`); `line` is counted from 1."""

    text: str
    negated: bool
    line: int
    tokens: tuple[str, ...]


class Patterns(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a .dockerignore, in their order."""

    rules: tuple[Rule, ...]


def parse_ignore(data: bytes) -> Patterns:
    """The patterns of a .dockerignore. Raises DockerfileError with the line of a pattern that BuildKit refuses."""
    rules: list[Rule] = []
    for number, line in enumerate(data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise _refused("the line is longer than BuildKit reads", number)
        text = line.strip(SPACE)
        if line.startswith("#") or not text:
            continue
        negated = text.startswith("!")
        text = _clean(text[negated:].strip(SPACE))
        if not text or (negated and text == "/"):
            raise _refused('illegal exclusion pattern: "!"', number)
        # A second "!" is left for the matcher, which takes one away.
        if text.startswith("!") and not negated:
            negated, text = True, text[1:]
        if not _valid(text):
            raise _refused(f"syntax error in pattern: {text}", number)
        rules.append(Rule(text=text, negated=negated, line=number, tokens=tuple(_TOKEN.findall(text))))
    return Patterns(rules=tuple(rules))


def ignored(patterns: Patterns, path: str) -> bool:
    """Whether `path`, relative to the context and with slashes, stays out of it: the last rule that matches decides.

    A rule also matches what is inside a folder that it matches.
    """
    path = _clean(path)
    if path == ".":
        return False
    parents = [path[:at] for at, char in enumerate(path) if char == "/"]
    out = False
    for rule in patterns.rules:
        if rule.negated == out and any(_matches(rule, name) for name in (path, *parents)):
            out = not rule.negated
    return out


def _refused(reason: str, line: int) -> DockerfileError:
    return DockerfileError(f".dockerignore line {line}: {reason}", line, "Correct the pattern or delete it.")


def _clean(path: str) -> str:
    if not path:
        return ""
    clean = posixpath.normpath(path)
    return (clean.lstrip("/") or "/") if clean.startswith("/") else clean


def _valid(text: str) -> bool:
    """Whether brackets are closed and a backslash stands before something (Go's filepath.Match)."""
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            if at + 1 == len(text):
                return False
            at += 1
        elif char == "[":
            match = _CLASS.match(text, at)
            if match is None:
                return False
            at = match.end() - 1
        at += 1
    return True


_CLASS = re.compile(r"\[\^?(?:(?:\\.|[^\]\\\-])(?:-(?:\\.|[^\]\\\-]))?)+\]", re.DOTALL)


def _matches(rule: Rule, path: str) -> bool:
    tokens = rule.tokens
    if tokens[0][:2] == "**" and not any(token[0] in "*?[\\" for token in tokens[1:]):
        suffix = rule.text[2:]
        return path.endswith(suffix) or path == suffix.removeprefix("/")
    # Bit n of `reach` says that the tokens so far can end before character n; so no pattern makes matching go back.
    every = (1 << len(path)) - 1
    slashes = _bits(path, "/")
    plain = every & ~slashes
    reach = 1
    for number, token in enumerate(tokens, 1):
        if token[:2] == "**":
            first = reach & -reach
            beyond = ~(first - 1)
            reach |= (every << 1 | 1) & beyond if number == len(tokens) else (slashes & beyond) << 1
        elif token == "*":
            reach |= ((reach & plain) + plain) ^ plain
        elif token == "?":
            reach = (reach & plain) << 1
        elif token[0] == "[" and len(token) > 1:
            reach = (reach & _class_bits(path, token)) << 1
        else:
            reach = (reach & _bits(path, token[-1])) << 1
        if not reach:
            return False
    return bool(reach >> len(path) & 1)


def _bits(path: str, char: str) -> int:
    bits = 0
    at = path.find(char)
    while at >= 0:
        bits |= 1 << at
        at = path.find(char, at + 1)
    return bits


def _class_bits(path: str, token: str) -> int:
    inside = token[1:-1].removeprefix("^")
    ranges = [(m[1] or m[2], m[3] or m[4] or m[1] or m[2]) for m in _MEMBER.finditer(inside)]
    wanted = token[1] != "^"
    return sum(1 << at for at, char in enumerate(path) if any(low <= char <= high for low, high in ranges) == wanted)
