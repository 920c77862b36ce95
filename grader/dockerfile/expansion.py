"""Variables in a word, expanded as BuildKit expands them (v0.25.2, frontend/dockerfile/shell/lex.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from grader.dockerfile.glob import GlobError, replace, trim_prefix, trim_suffix
from grader.dockerfile.text import SPACE
from grader.dockerfile.words import quoted
from grader.errors import DockerfileError

LONGEST_VALUE = 131_072
"""Characters: Linux starts no process with a longer variable, and `ARG B=$A$A$A` thirty times would fill the memory."""

_DEEPEST = 50
_SIMPLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z_0-9]*)\}|([A-Za-z_][A-Za-z_0-9]*))")
_SPECIAL = frozenset("@*#?-$!0")
_NO_BRACE = "syntax error: missing '}'"


class ExpansionError(Exception):
    """Why a word cannot be expanded, in BuildKit's words."""


def expand(word: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """`word` with its variables replaced, its quotes and escapes taken away.

    `$x` `${x}` `${x:-y}` `${x-y}` `${x:+y}` `${x+y}` `${x:?message}` `${x?message}` `${x#p}` `${x##p}` `${x%p}`
    `${x%%p}` `${x/p/r}` `${x//p/r}`. Raises DockerfileError (without a line) where BuildKit refuses, and where the
    value would be longer than 131,072 characters.
    """
    if "$" not in word and escape not in word and '"' not in word and "'" not in word:
        return word
    if escape not in word and '"' not in word and "'" not in word and word.isascii():
        value, count = _SIMPLE.subn(lambda match: variables.get(match[1] or match[2], ""), word)
        if count == word.count("$") and len(value) <= LONGEST_VALUE:
            return value
    try:
        return Lexer(word, variables, escape).text()
    except ExpansionError as error:
        raise DockerfileError(f"failed to process {quoted(word)}: {error}") from None


@cache
def _plain(escape: str) -> re.Pattern[str]:
    return re.compile(rf"[^$'\"/}}{re.escape(escape)}]+")


class Lexer:
    """Reads one word, or a line of words, from left to right.

    `keep_quotes` and `keep_escapes` leave those characters in the result, `keep_unset` leaves `$x` as it is written
    where x is not among the variables.
    """

    def __init__(
        self,
        source: str,
        variables: Mapping[str, str],
        escape: str = "\\",
        *,
        keep_quotes: bool = False,
        keep_escapes: bool = False,
        keep_unset: bool = False,
    ) -> None:
        self._source = source.removeprefix("\ufeff")
        self._variables = variables
        self._escape = escape
        self._keep_quotes = keep_quotes
        self._keep_escapes = keep_escapes
        self._keep_unset = keep_unset
        self._at = 0
        self._depth = 0

    def text(self) -> str:
        """The whole source as one word. Raises ExpansionError."""
        return "".join(part for part, _ in self._parts("", self._keep_escapes))

    def words(self) -> list[str]:
        """The source split at its unquoted spaces, those that came out of variables included. Raises ExpansionError."""
        words: list[str] = []
        word = ""
        for part, whole in self._parts("", self._keep_escapes):
            if whole:
                word += part
                continue
            for char in part:
                if char not in SPACE:
                    word += char
                elif word:
                    words.append(word)
                    word = ""
        return [*words, word] if word else words

    def _parts(self, stop: str, keep_escapes: bool) -> list[tuple[str, bool]]:
        """Pieces up to `stop` (empty: the end); each says whether its spaces hold words together."""
        parts: list[tuple[str, bool]] = []
        before, self._keep_escapes = self._keep_escapes, keep_escapes
        size = 0
        while char := self._peek():
            if char == stop:
                self._at += 1
                self._keep_escapes = before
                return parts
            if char == "'":
                part = self._single_quoted(), True
            elif char == '"':
                part = self._double_quoted(), True
            elif char == "$":
                part = self._dollar(), False
            elif char == self._escape:
                part = self._escaped(), True
            else:
                match = _plain(self._escape).match(self._source, self._at)
                part = (match[0] if match else char), False
                self._at += len(part[0])
            parts.append(part)
            size += len(part[0])
            if size > LONGEST_VALUE:
                raise ExpansionError(f"expands to more than {LONGEST_VALUE} characters")
        if stop:
            raise ExpansionError(f"unexpected end of statement while looking for matching {stop}")
        self._keep_escapes = before
        return parts

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _next(self) -> str:
        char = self._source[self._at : self._at + 1]
        self._at += 1
        return char

    def _escaped(self) -> str:
        kept = self._next() if self._keep_escapes else ""
        self._at += not kept
        return kept + self._next()

    def _single_quoted(self) -> str:
        end = self._source.find("'", self._at + 1)
        if end < 0:
            self._at = len(self._source)
            raise ExpansionError("unexpected end of statement while looking for matching single-quote")
        inside = self._source[self._at + 1 : end]
        self._at = end + 1
        return f"'{inside}'" if self._keep_quotes else inside

    def _double_quoted(self) -> str:
        out = [self._next() if self._keep_quotes else ""]
        self._at += not self._keep_quotes
        while char := self._peek():
            if char == '"':
                self._at += 1
                return "".join(out) + ('"' if self._keep_quotes else "")
            if char == "$":
                out.append(self._dollar())
                continue
            self._at += 1
            if char == self._escape:
                if self._keep_escapes:
                    out.append(char)
                following = self._peek()
                if not following:
                    break
                if following in ('"', "$", self._escape):
                    char = self._next()
            out.append(char)
        raise ExpansionError("unexpected end of statement while looking for matching double-quote")

    def _dollar(self) -> str:
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            if not name:
                return "$"
            return self._variables.get(name, f"${name}" if self._keep_unset else "")
        self._at += 1
        if not self._peek():
            raise ExpansionError(_NO_BRACE)
        if self._peek() in "{}:":
            raise ExpansionError("syntax error: bad substitution")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpansionError(f"more than {_DEEPEST} substitutions inside each other")
        value = self._substitution(self._name())
        self._depth -= 1
        return value

    def _name(self) -> str:
        start = self._at
        char = self._peek()
        if char.isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif char and char in _SPECIAL:
            self._at += 1
        else:
            while (char := self._peek()).isalpha() or char.isdecimal() or char == "_":
                self._at += 1
        return self._source[start : self._at]

    def _substitution(self, name: str) -> str:
        operator = self._next()
        value = self._variables.get(name)
        if operator == "}":
            return value if value is not None else f"${{{name}}}" if self._keep_unset else ""
        if operator == "/":
            return self._replaced(name, value)
        written = operator
        if empty_is_unset := operator == ":":
            operator = self._next()
            written += operator
        elif operator not in ("+", "-", "?", "#", "%"):
            raise ExpansionError(f"unsupported modifier ({written or chr(0xFFFD)}) in substitution")
        argument = self._until("}", operator in ("#", "%"), _NO_BRACE)
        if value is None and self._keep_unset:
            return f"${{{name}{written}{argument}}}"
        absent = value is None or (empty_is_unset and not value)
        if operator == "-":
            return argument if absent else value or ""
        if operator == "+":
            return "" if absent else argument
        if operator == "?":
            if absent:
                default = f"is not allowed to be {'unset' if value is None else 'empty'}"
                raise ExpansionError(f"{name}: {argument or default}")
            return value or ""
        if operator in ("#", "%"):
            longest = argument.startswith(operator)
            trim = trim_prefix if operator == "#" else trim_suffix
            return self._matched(argument[longest:], lambda p: trim(p, value or "", longest))
        raise ExpansionError(f"unsupported modifier ({written}) in substitution")

    def _replaced(self, name: str, value: str | None) -> str:
        every = self._peek() == "/"
        self._at += every
        pattern = self._until("/", True, "syntax error: missing '/' in ${}")
        replacement = self._until("}", True, _NO_BRACE)
        if value is None and self._keep_unset:
            return f"${{{name}/{pattern}/{replacement}}}"
        return self._matched(pattern, lambda p: replace(p, value or "", replacement, every))

    def _matched(self, pattern: str, act: Callable[[str], str]) -> str:
        try:
            return act(pattern)
        except GlobError as error:
            raise ExpansionError(f"invalid pattern ({pattern}) in substitution: {error}") from None

    def _until(self, stop: str, keep_escapes: bool, missing: str) -> str:
        try:
            return "".join(part for part, _ in self._parts(stop, keep_escapes))
        except ExpansionError:
            if not self._peek():
                raise ExpansionError(missing) from None
            raise
