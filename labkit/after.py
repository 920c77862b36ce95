# ruff: noqa: T201  what is said here is part of the cell's output
"""After each cell: the lesson's images are noted, and a cell that came too early says which one it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.errors import DrydockError
from labkit.needs import first_mention, first_run, made_by
from labkit.session import Session, the_session


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
    """Which name the cell needs that is not there, and which cell makes it; empty when it is all there."""
    for name in re.findall(r"\{(\w+)[.}\[]", code):
        if name not in known and name not in made_by(code) and (hint := first_run(session.lesson, name)):
            return f"There is no '{name}' yet.\n  {hint}"
    for name in named_in(session, code):
        hint = first_mention(session.lesson, name, code)
        if hint and not _there(session, name):
            return f"There is no '{name}' yet.\n  {hint}"
    return ""


def named_in(session: Session, code: str) -> list[str]:
    """The containers and images with a name of the lesson's that `code` mentions, in its order, each once."""
    found = re.findall(rf"(?<![\w./-])lab{session.short}[-/][\w./:-]*\w", code)
    return list(dict.fromkeys(found))


def _there(session: Session, name: str) -> bool:
    machines = [None, session.machine] if session.machine else [None]
    return any(session.docker_now(["inspect", name], 20, machine).returncode == 0 for machine in machines)
