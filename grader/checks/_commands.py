"""Which commands an instruction runs, however they are written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache

from grader.checks._runs import SHELLS
from grader.model import Instruction

BEFORE = ("if", "then", "elif", "else", "while", "until", "do", "!", "{", "exec", "env", "time", "nice", "nohup",
          "command", "sudo", "timeout", "xargs", "eval")  # fmt: skip
"""What may stand before a program's name, with options and numbers of its own."""
BETWEEN = ";&|()\n`"
DEEP = 3
_COMMENT = re.compile(r"(?m)^\s*#.*$|\s#\s.*$|\\\n")


def runs(one: Instruction, command: str) -> bool:
    """Whether a RUN has `command` (`pip install`) among its commands.

    Recognised are other editions of the program (pip3, pip3.13), a path before it, `python -m` before it, options
    between its words, the JSON form and here-documents; a comment, a quoted name or `pip uninstall` is not.
    """
    if one.name != "RUN":
        return False
    script = "\n".join([" ".join(one.arguments), *(heredoc.content for heredoc in one.heredocs)])
    code = _COMMENT.sub(" ", script)
    return bool(_pattern(command).search(code))


def commands(one: Instruction) -> Iterator[list[str]]:
    """The commands of a RUN, each as its words without quotes, its program first and without a path.

    What only stands in the words of another program, as in `echo "make it so"`, is none. The contents of a
    here-document are commands where a shell reads them.
    """
    if one.name != "RUN":
        return
    if one.json:
        yield from _command(list(one.arguments))
        return
    text = " ".join(one.arguments)
    for words in _split(text):
        given = [word for word in words if not word.startswith("<<")]
        yield from _command(given)
        if len(given) < len(words) and (not given or given[0].rpartition("/")[2] in SHELLS):
            for heredoc in one.heredocs:
                yield from (found for script in _split(heredoc.content) for found in _command(script))


def _command(words: list[str], depth: int = 0) -> Iterator[list[str]]:
    """The command of these words, and those of the script that a shell is given with -c."""
    after = False
    while words and (_assigns(words[0]) or words[0] in BEFORE or (after and re.match(r"-|\d", words[0]))):
        after, words = after or words[0] in BEFORE, words[1:]
    if not words:
        return
    program = words[0].rpartition("/")[2]
    yield [program, *words[1:]]
    script = next((at for at, word in enumerate(words) if re.fullmatch(r"-[a-z]*c", word)), None)
    if program in SHELLS and script is not None and words[script + 1 :] and depth < DEEP:
        for inner in _split(words[script + 1]):
            yield from _command(inner, depth + 1)


def _assigns(word: str) -> bool:
    return re.match(r"[A-Za-z_]\w*=", word) is not None


def _split(script: str) -> Iterator[list[str]]:
    """The words of each simple command of a shell's script; where quotes do not match, what stands between blanks."""
    code = _COMMENT.sub(" ", script)
    lexer = shlex.shlex(code, posix=True, punctuation_chars=BETWEEN)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    try:
        tokens = list(lexer)
    except ValueError:
        tokens = re.split(rf"[ \t\r]+|([{re.escape(BETWEEN)}]+)", code)
    words: list[str] = []
    for token in [*(token for token in tokens if token), "\n"]:
        if not set(token) <= set(BETWEEN):
            words.append(token)
        elif words:
            yield words
            words = []


@cache
def _pattern(command: str) -> re.Pattern[str]:
    program, *words = (re.escape(word) for word in command.split())
    option = r"(?:\s+--?[^\s;&|]+(?:[ \t]+(?![-;&|])[^\s;&|]+)?)*?"
    return re.compile(
        rf"(?:^|[\s;&|(`/]|-m\s)(?<!echo )(?<!echo \"){program}(?:\d+(?:\.\d+)*)?"
        + "".join(rf"{option}\s+{word}(?![\w.-])" for word in words)
    )
