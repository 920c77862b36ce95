"""Lines of a Dockerfile to instructions: continuation lines, comments, directives and here-documents.

The rules are those of BuildKit v0.25.2, frontend/dockerfile/parser (parser.go, directives.go).
"""

from __future__ import annotations

import re

from grader.dockerfile.expansion import ExpansionError, Lexer
from grader.dockerfile.text import LONGEST_LINE, SPACE, failure
from grader.dockerfile.words import LineError, parse_arguments, split_command
from grader.errors import UnreadableDockerfileError
from grader.model.dockerfile import Directive, Heredoc, Instruction

DIRECTIVES = ("syntax", "escape", "check")
_DIRECTIVE = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*\Z")
_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)")
_HOLD_HEREDOCS = frozenset(("RUN", "COPY", "ADD"))


def directive(line: str, comment: str = "#", spaces: str = "\t\n\f\r ") -> tuple[str, str] | None:
    """Name (small letters) and value of the parser directive on a line without its line end, or None.

    `spaces` may stand between the comment mark and the name.
    """
    if not line.startswith(comment):
        return None
    match = _DIRECTIVE.match(line[len(comment) :].lstrip(spaces))
    if match is None or (name := match[1].lower()) not in DIRECTIVES:
        return None
    return name, match[2]


def heredoc(word: str) -> Heredoc | None:
    """The here-document that a word such as `<<-"END"` opens, still without content, or None. Raises ExpansionError."""
    match = _HEREDOC.fullmatch(word)
    if match is None or not match[2]:
        return None
    if match[2].isalnum() and match[2].isascii():  # as nearly all are: nothing in it to work out
        return Heredoc(name=match[2], content="", expand=True, chomp=bool(match[1]))
    names = Lexer(match[2], {}, keep_unset=True).words()
    if len(names) != 1:
        return None
    (raw,) = Lexer(match[2], {}, keep_unset=True, keep_quotes=True).words()
    return Heredoc(name=names[0], content="", expand=_quotes(raw) == _quotes(names[0]), chomp=bool(match[1]))


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')


def _heredocs(line: str) -> list[Heredoc]:
    try:
        words = Lexer(line, {}, keep_quotes=True, keep_escapes=True, keep_unset=True).words()
    except ExpansionError:
        return []
    try:
        return [found for word in words if "<<" in word and (found := heredoc(word))]
    except ExpansionError as error:
        raise LineError(str(error)) from None


class Reader:
    """Reads a Dockerfile's text from the first line to the last; `lines` have no line ends."""

    def __init__(self, text: str) -> None:
        self._raw = text.split("\n")
        if not self._raw[-1]:
            self._raw.pop()
        self._end = len(self._raw)
        if len(text) > LONGEST_LINE:
            long = (at for at, line in enumerate(self._raw) if len(line.encode()) > LONGEST_LINE)
            self._end = next(long, self._end)
        self._at = 0
        self._stage = -1
        self._in_directives = True
        self.escape = "\\"
        self.directives: list[Directive] = []
        self.lines = tuple([line.rstrip("\r") for line in self._raw])

    def read(self) -> list[Instruction]:
        """Every instruction. Raises DockerfileError with the line where an instruction that is wrong begins."""
        instructions: list[Instruction] = []
        while self._at < self._end:
            line = self.lines[self._at].lstrip(SPACE)
            self._at += 1
            if self._in_directives:
                self._directive(line)
            if not line or line[0] == "#":
                continue
            start = self._at
            try:
                instructions.append(self._instruction(self._joined(line), start))
            except LineError as error:
                raise failure(str(error), start) from None
        if self._end < len(self._raw):
            raise failure(
                f"dockerfile line greater than max allowed size of {LONGEST_LINE}",
                self._end + 1,
                "Put what it holds into a file and COPY that, or continue the instruction on further lines.",
            )
        if not instructions:
            blank = not any(line.strip(SPACE) for line in self.lines)
            raise UnreadableDockerfileError(
                f"the Dockerfile {'is empty' if blank else 'holds only comments'} (file with no instructions)",
                max(1, len(self.lines)),
                "Begin with FROM and the image to build on.",
            )
        return instructions

    def _directive(self, line: str) -> None:
        found = directive(line)
        if found is None:
            self._in_directives = False
            return
        name, value = found
        if any(seen.name == name for seen in self.directives):
            raise failure(f"only one {name} parser directive can be used", self._at, "Delete one of them.")
        if name == "escape":
            if value not in ("\\", "`"):
                raise failure(f"invalid escape token '{value}' does not match ` or \\", self._at)
            self.escape = value
        self.directives.append(Directive(name=name, value=value, line=self._at))

    def _joined(self, line: str) -> str:
        """The logical line that begins with `line`: its continuation lines are read, without comments and blanks."""
        head = self._continued(line)
        if head is None:
            return line
        parts = [head]
        while self._at < self._end:
            line = self.lines[self._at]
            self._at += 1
            if self._in_directives:
                self._directive(line)
            content = line.lstrip(SPACE)
            if not content or content[0] == "#":
                continue
            head = self._continued(line)
            parts.append(line if head is None else head)
            if head is None:
                break
        return "".join(parts)

    def _continued(self, line: str) -> str | None:
        """The line without its continuation mark, or None where there is no mark; a doubled mark is none."""
        bare = line.rstrip("\t ")
        if bare[-1:] != self.escape or bare[-2:-1] == self.escape:
            return None
        return bare[:-1]

    def _instruction(self, line: str, start: int) -> Instruction:
        keyword, flags, rest = split_command(line)
        name = keyword.upper()
        if name == "ONBUILD":
            return self._onbuild(line, keyword, flags, rest, start)
        if name == "FROM":
            self._stage += 1
        arguments, is_json = parse_arguments(name, rest, self.escape)
        heredocs = self._contents(line, start) if name in _HOLD_HEREDOCS and not is_json and "<<" in line else ()
        return Instruction(
            keyword=keyword,
            start=start,
            end=self._at,
            flags=flags,
            arguments=arguments,
            json=is_json,
            heredocs=heredocs,
            text=line,
            stage=self._stage,
        )

    def _onbuild(self, line: str, keyword: str, flags: tuple[str, ...], rest: str, start: int) -> Instruction:
        trigger = None
        if rest:
            inner, inner_flags, inner_rest = split_command(rest)
            name = inner.upper()
            # A chain is refused later, by its second ONBUILD; what stands behind that is not looked at.
            arguments, is_json = ((), False) if name == "ONBUILD" else parse_arguments(name, inner_rest, self.escape)
            heredocs = self._contents(line, start) if name in _HOLD_HEREDOCS and not is_json and "<<" in line else ()
            trigger = Instruction(
                keyword=inner,
                start=start,
                end=self._at,
                flags=inner_flags,
                arguments=arguments,
                json=is_json,
                heredocs=heredocs,
                text=rest,
                stage=self._stage,
            )
        return Instruction(
            keyword=keyword,
            start=start,
            end=self._at,
            flags=flags,
            heredocs=trigger.heredocs if trigger else (),
            text=line,
            stage=self._stage,
            trigger=trigger,
        )

    def _contents(self, line: str, start: int) -> tuple[Heredoc, ...]:
        """The here-documents opened on a logical line, with the lines that follow it as their content."""
        found: list[Heredoc] = []
        for opened in _heredocs(line):
            first = self._at
            while self._at < self._end:
                text = self.lines[self._at]
                self._at += 1
                if (text.lstrip("\t") if opened.chomp else text) == opened.name:
                    break
            else:
                raise failure(
                    "unterminated heredoc", start, f"The here-document has no line that holds only {opened.name}."
                )
            content = "".join([f"{raw}\n" for raw in self._raw[first : self._at - 1]])
            found.append(Heredoc(name=opened.name, content=content, expand=opened.expand, chomp=opened.chomp))
        return tuple(found)
