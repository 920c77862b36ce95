"""What a learner has done, kept in a plain file of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.model import Report
from labkit.places import my_work
from labkit.tables import Table, table


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The best result of an exercise; `passed` is the first time that all points were earned (empty: never)."""

    score: float
    max_score: float
    tries: int
    passed: str = ""


def progress_file() -> Path:
    """The file: `progress.json` in the learner's folder; delete it to begin anew."""
    return my_work() / "progress.json"


def progress() -> dict[str, Done]:
    """The results by exercise; empty where the file is not there or is not ours."""
    try:
        return msgspec.json.decode(progress_file().read_bytes(), type=dict[str, Done])
    except (OSError, msgspec.MsgspecError):
        return {}


def show_progress() -> Table:
    """The results as a table: each exercise, its best score, the number of tries, and when it was passed."""
    rows = [
        (name, f"{done.score:g} of {done.max_score:g}", done.tries, done.passed[:10] or "not yet")
        for name, done in sorted(progress().items())
    ]
    return table(("exercise", "points", "tries", "passed"), rows or [("none yet", "", "", "")])


def note(report: Report) -> None:
    """Take a report in; a fault of the machine is not counted."""
    if report.status == "not_judged":
        return
    known = progress()
    before = known.get(report.exercise, Done(score=0, max_score=report.max_score, tries=0))
    now = datetime.now(UTC).isoformat(timespec="seconds") if report.status == "passed" else ""
    known[report.exercise] = Done(
        score=max(before.score, report.score),
        max_score=report.max_score,
        tries=before.tries + 1,
        passed=before.passed or now,
    )
    file = progress_file()
    draft = file.with_suffix(".new")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n")
    draft.replace(file)
