"""What the checks of `docker run` share: the command line and its outcome, in words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from grader.model import RunSeen

SHELLS = ("sh", "bash", "dash", "ash", "ksh", "zsh")


def docker_run(arguments: Iterable[str] = ()) -> str:
    """The command line as a learner would type it: `docker run IMAGE ship 'two words'`."""
    return " ".join(["docker run IMAGE", *map(shlex.quote, arguments)])


def said(run: RunSeen) -> str:
    """What it printed, its standard output first; empty where it printed nothing."""
    return "\n".join(part for part in (run.stdout.strip(), run.stderr.strip()) if part)


def outcome(run: RunSeen) -> str:
    """How it ended and the end of what it printed, or why it never started."""
    if run.error:
        return run.error
    text = said(run)
    printed = f"printed: {text[-300:]}" if text else "printed nothing"
    if run.exit_code is None:
        return f"was still running after {run.took:.0f} s, and {printed}"
    return f"ended with exit code {run.exit_code}{memory(run.memory_bytes)}, and {printed}"


def memory(limit: int) -> str:
    """What is added where a container met its limit of memory, in bytes; nothing for 0."""
    return f" (a program in it used more than the {limit / 1e6:,.0f} MB of memory that it has)" if limit else ""


def is_shell_form(words: tuple[str, ...], shell: tuple[str, ...]) -> bool:
    """Whether a shell that is given a script is what these words of an image's configuration start."""
    if shell and words[: len(shell)] == shell:
        return True
    return any(word.rpartition("/")[2] in SHELLS and _takes_a_script(words[at + 1 :]) for at, word in enumerate(words))


def _takes_a_script(options: tuple[str, ...]) -> bool:
    """Whether a shell's options hold -c, alone or among others (`-ec`, `-o pipefail -c`), before its first operand."""
    rest = iter(options)
    for option in rest:
        if re.fullmatch(r"-[a-z]*c[a-z]*", option):
            return True
        if option in ("-o", "+o"):
            next(rest, "")
        elif not option.startswith(("-", "+")):
            return False
    return False
