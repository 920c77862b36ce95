"""The answers that an exercise holds for its own test: what each is expected to earn, and its build context."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from grader.errors import ExerciseError
from grader.exercise import lay_given_files, read_toml
from grader.model import Exercise, SubmissionKind
from grader.model.reading import from_value

Kind = Literal["starter", "solution", "right", "wrong"]

EXPECT = "expect.toml"

SOURCE: Mapping[SubmissionKind, str] = {
    "dockerfile": "Dockerfile",
    "image": "commands.sh",
    "answers": "answers.toml",
}
"""The file that makes a folder an answer. An image archive is not kept, but the commands that make it; see making."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: `folder` is its path; `fails` names the checks that a wrong one fails, with the line (0: no line)."""

    kind: Kind
    name: str
    folder: str
    fails: Mapping[str, int] = msgspec.field(default_factory=dict)


def answers(exercise: Exercise) -> tuple[Answer, ...]:
    """Starter, solution, the right and the wrong answers. Raises ExerciseError where one is not as it should be."""
    return tuple(_answers(exercise))


def lay_out(exercise: Exercise, answer: Path, into: Path) -> None:
    """Make the build context of an answer in the folder `into`: the answer's own, and the exercise's files/ under it.

    Where the exercise asks for an image archive, grader.making makes it there.

    files/ holds what the learner is given and all answers share, such as the sources of the application.
    """
    shutil.copytree(answer, into, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns(EXPECT))
    lay_given_files(exercise, into)


def _answers(exercise: Exercise) -> Iterator[Answer]:
    root = Path(exercise.folder)
    for kind in ("starter", "solution"):
        yield Answer(kind=kind, name=kind, folder=str(_with_source(exercise, root / kind)))
    for folder in _folders(root / "right"):
        yield Answer(kind="right", name=folder.name, folder=str(_with_source(exercise, folder)))
    for folder in _folders(root / "wrong"):
        fails = _expected(exercise, _with_source(exercise, folder))
        yield Answer(kind="wrong", name=folder.name, folder=str(folder), fails=fails)


def _folders(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.is_dir() else []


def _with_source(exercise: Exercise, folder: Path) -> Path:
    name = SOURCE[exercise.submission]
    if not (folder / name).is_file():
        article = "an" if name[0] == "a" else "a"
        raise ExerciseError(f"{_shown(exercise, folder)}/{name}: is missing", f"every answer has {article} {name}")
    return folder


def _expected(exercise: Exercise, folder: Path) -> dict[str, int]:
    file = folder / EXPECT
    shown = _shown(exercise, file)
    table = read_toml(file, shown)
    try:
        fails = from_value(table, dict[Literal["fails"], dict[str, int]])["fails"]
    except (msgspec.ValidationError, KeyError) as error:
        raise ExerciseError(f"{shown}: expected a table [fails] with 'check = line': {error}") from error
    known = {check.name for check in exercise.checks}
    for name in fails:
        if name not in known:
            raise ExerciseError(f"{shown}: '{name}' is not a check of this exercise", "it has: " + ", ".join(known))
    if not fails:
        raise ExerciseError(f"{shown}: [fails] is empty", "a wrong answer fails at least one check")
    return fails


def _shown(exercise: Exercise, path: Path) -> str:
    return f"exercises/{exercise.name}/{path.relative_to(exercise.folder)}"
