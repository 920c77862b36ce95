"""`drydock export`: the results of a report or of a class, in the format that is asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from pathlib import Path

import msgspec

from grader import exercise as exercises
from grader.batch.roster import read_roster
from grader.batch.rows import read_overrides, rows
from grader.batch.rules import kept_late
from grader.batch.store import FILE as STORE
from grader.batch.store import store, version_of
from grader.batch.tables import named, result_of, write_whole
from grader.batch.values import Row
from grader.cli import NOT_JUDGED, PASSED
from grader.cli._grade import remembered_roster
from grader.cli._told import tell_overrides
from grader.errors import ImageError, InputError, MachineError, SubmissionError, UsageError
from grader.model import Exercise, Report
from grader.model.result import Result
from grader.report import as_json, exports
from grader.report.withheld import told


def export(arguments: argparse.Namespace) -> int:
    """Write the results; the exit status."""
    wanted = _format(arguments.format)
    if arguments.source.is_dir():
        found = _of_class(arguments.source, arguments)
    else:
        found = [_of_report(arguments.source, arguments.student)]
    if wanted.render_class is not None:
        _write(arguments.out, wanted.render_class(found))
        return PASSED
    handed_in = [one for one in found if one.status != "missing"]
    if len(handed_in) == 1:
        _write(arguments.out, wanted.of_one(handed_in[0]))
        return PASSED
    return _one_each(wanted, handed_in, arguments.out)


@contextmanager
def exporting(wanted: Sequence[str], exercise: Exercise, path: Path) -> Iterator[Callable[[Report], None]]:
    """While a submission is graded: its report, or why there is none, goes into the file that is `wanted`.

    `wanted` is the format and the file. A file that is there already is removed first, so that none is left
    where the format cannot say what happened; errors go on to the caller.
    """
    chosen, file = _format(wanted[0]), Path(wanted[1])
    file.unlink(missing_ok=True)
    none = Result(
        student=path.name,
        exercise=exercise.name,
        title=exercise.title,
        status="not_judged",
        max_score=exercise.max_score,
    )
    try:
        yield lambda report: _write_one(chosen, file, _result(report, path.name, exercise.withheld))
    except (SubmissionError, ImageError) as error:
        _write_one(chosen, file, msgspec.structs.replace(none, status="refused", reason=str(error)))
        raise
    except MachineError as error:
        _write_one(chosen, file, msgspec.structs.replace(none, reason=str(error)))
        raise


def _write_one(wanted: exports.Export, file: Path, result: Result) -> None:
    """Write a result; nothing where the format cannot say it."""
    try:
        _write(file, wanted.of_one(result))
    except exports.NoScoreError as error:
        print(f"drydock: {error}", file=sys.stderr)


def _format(name: str) -> exports.Export:
    try:
        return exports.load(name.lower())
    except KeyError:
        known = list(exports.names())
        near = get_close_matches(name.lower(), known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
        raise UsageError(f"there is no format '{name}'", hint) from None


def _of_report(file: Path, student: str | None) -> Result:
    try:
        report = as_json.read(file.read_bytes())
    except OSError as error:
        hint = "name a file that `drydock check … --json` has written, or the folder of a graded class"
        raise InputError(f"{file}: cannot be read: {error.strerror}", hint) from error
    except InputError as error:
        raise InputError(f"{file}: {error.what}", error.do) from error
    root = exercises.exercises_folder()
    known = exercises.load(root / report.exercise) if report.exercise in exercises.names(root) else None
    return _result(report, student or report.submission or "submission", known.withheld if known else ())


def _result(report: Report, student: str, withheld: Sequence[str]) -> Result:
    return Result(
        student=student,
        exercise=report.exercise,
        title=report.title,
        status=report.status,
        score=None if report.status == "not_judged" else report.score,
        max_score=report.max_score,
        automatic_score=None if report.status == "not_judged" else report.score,
        seconds=round(report.timing.get("total", 0.0), 3),
        report=told(report, withheld),
    )


def rows_of(
    folder: Path, roster: Sequence[str] = (), exercise: str | None = None
) -> tuple[list[Row], dict[str, Exercise]]:
    """The rows of a graded class, with overrides and late days, and its exercises by their names.

    `roster` is who is in the class, else those whom `grade` was told; `exercise` the only one that is asked for. Raises
    UsageError where `folder` holds no results.
    """
    if not (folder / STORE).is_file():
        raise UsageError(
            f"{folder} holds no results.", f"To grade a class: drydock grade EXERCISE SUBMISSIONS --out {folder}"
        )
    root = exercises.exercises_folder()
    only = exercises.find(root, exercise).name if exercise else ""
    with store(folder) as kept:
        names = sorted({handed.one.exercise for handed in kept.handed() if (root / handed.one.exercise).is_dir()})
        course = {name: (exercises.load(root / name), version_of(root / name)) for name in names if only in ("", name)}
        overrides = {key: one for key, one in read_overrides(folder).items() if only in ("", key[1])}
        found = rows(kept, course, list(roster) or remembered_roster(kept), overrides, kept_late(kept))
    # The results themselves may go to the standard output.
    with redirect_stdout(sys.stderr):
        tell_overrides(found, overrides)
    return found, {name: one for name, (one, _) in course.items()}


def _of_class(folder: Path, arguments: argparse.Namespace) -> list[Result]:
    roster = read_roster(arguments.roster) if arguments.roster else {}
    found, asked = rows_of(folder, list(roster), arguments.exercise)
    if arguments.student:
        found = [row for row in found if row.student == arguments.student]
    if not found:
        what = f"no result of '{arguments.student}'" if arguments.student else "no result"
        where = f" for {arguments.exercise}" if arguments.exercise else ""
        raise InputError(f"{folder}: {what}{where}", "results.csv there lists who is known")
    return [
        result_of(row, asked[row.exercise].title, roster.get(row.student), asked[row.exercise].withheld)
        for row in found
    ]


def _one_each(wanted: exports.Export, found: Sequence[Result], folder: Path | None) -> int:
    """A file for each learner and exercise; what the format cannot say is said here, and left out."""
    if wanted.render is None or folder is None or folder.is_file():
        raise UsageError(
            f"{wanted.name} is about one learner, and there are {len(found)} results.",
            "Name a folder with --out for a file each, or one learner with --student (and --exercise).",
        )
    folder.mkdir(parents=True, exist_ok=True)
    left_out = 0
    for one in found:
        file = folder / f"{named(one.exercise, one.student)}{wanted.suffix}"
        try:
            write_whole(file, wanted.render(one))
        except exports.NoScoreError as error:
            left_out += 1
            file.unlink(missing_ok=True)
            print(f"drydock: {error}", file=sys.stderr)
    print(f"{len(found) - left_out} files are in {folder}", file=sys.stderr)
    return NOT_JUDGED if left_out else PASSED


def _write(file: Path | None, data: bytes) -> None:
    if file is None:
        sys.stdout.buffer.write(data)
        return
    try:
        write_whole(file, data)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}", "name another file with --out") from error
