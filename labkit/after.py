# ruff: noqa: T201  what is said here is part of the cell's output
"""After each cell: the lesson's images are noted; a cell that came too early, or whose name is taken, says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from grader.errors import DrydockError
from labkit.needs import first_mention, first_run, made_by, parameters
from labkit.session import Session, the_session
from labkit.words import words


def before_cell(_info: Any) -> None:
    """Called by IPython when a cell begins."""
    the_session().cell_began = datetime.now(UTC)


def after_cell(shell: Any, result: Any) -> None:
    """Called by IPython when a cell is over; never raises."""
    session, code = the_session(), str(result.info.raw_cell)
    if not session.lesson:
        return
    # `!command` leaves its exit code in this variable.
    failed = result.error_in_exec is not None or shell.user_ns.get("_exit_code", 0)
    try:
        if "!docker" in code:
            session.note_named()
        if failed and (hint := _hint(session, code, shell.user_ns)):
            print(hint)
    except DrydockError as error:
        print(error)


def _hint(session: Session, code: str, known: Mapping[str, object]) -> str:
    """Why the cell may have failed: a name that is not there yet, or taken. Empty where neither is so.

    Raises EngineError when the engine has stopped.
    """
    # A name that Python misses is told by Python's own error; IPython passes one on to a command as it stands.
    commands = "\n".join(re.findall(r"^\s*(?:\w+ = )?[!%].*$", code, re.MULTILINE))
    for name in re.findall(r"\{(\w+)[.}\[]", commands):
        own = name in known or name in made_by(code) | parameters(code)
        if not own and (hint := first_run(session.lesson, name)):
            return _not_yet(name, hint)
    session.answering()
    for name in re.findall(r"--name[ =](\S+)", code):
        if _was_there(session, name):
            return "\n  ".join(words()[key].format(name=name) for key in ("name_taken", "name_taken_do"))
    for name in named_in(session, code):
        hint = first_mention(session.lesson, name, code)
        if hint and not _there(session, name):
            return _not_yet(name, hint)
    return ""


def _not_yet(name: str, hint: str) -> str:
    return f"{words()['no_such_yet'].format(name=name)}\n  {hint}"


def _was_there(session: Session, name: str) -> bool:
    """Whether there is a container of this name that is older than the cell that has just ended."""
    found = session.docker_now(["container", "inspect", "--format", "{{.Created}}", name], 20).stdout.strip()
    # Nanoseconds are more than Python reads.
    return bool(found) and datetime.fromisoformat(re.sub(r"\.\d+", "", found)) < session.cell_began


def named_in(session: Session, code: str) -> list[str]:
    """The containers and images with a name of the lesson's that `code` mentions, in its order, each once."""
    found = re.findall(rf"(?<![\w./-])lab{session.short}[-/][\w./:-]*\w", code)
    return list(dict.fromkeys(found))


def _there(session: Session, name: str) -> bool:
    machines = [None, session.machine] if session.machine else [None]
    return any(session.docker_now(["inspect", name], 20, machine).returncode == 0 for machine in machines)
