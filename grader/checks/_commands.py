"""Whether an instruction runs a certain command, however it is written."""

from __future__ import annotations

import re
from functools import cache

from grader.model import Instruction


def runs(one: Instruction, command: str) -> bool:
    """Whether a RUN has `command` (`pip install`) among its commands.

    Recognised are other editions of the program (pip3, pip3.13), a path before it, `python -m` before it, options
    between its words, the JSON form and here-documents; a comment, a quoted name or `pip uninstall` is not.
    """
    if one.name != "RUN":
        return False
    script = "\n".join([" ".join(one.arguments), *(heredoc.content for heredoc in one.heredocs)])
    code = re.sub(r"(?m)^\s*#.*$|\s#\s.*$|\\\n", " ", script)
    return bool(_pattern(command).search(code))


@cache
def _pattern(command: str) -> re.Pattern[str]:
    program, *words = (re.escape(word) for word in command.split())
    option = r"(?:\s+--?[^\s;&|]+(?:[ \t]+(?![-;&|])[^\s;&|]+)?)*?"
    return re.compile(
        rf"(?:^|[\s;&|(`/]|-m\s)(?<!echo )(?<!echo \"){program}(?:\d+(?:\.\d+)*)?"
        + "".join(rf"{option}\s+{word}(?![\w.-])" for word in words)
    )
