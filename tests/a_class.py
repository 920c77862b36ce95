"""A class as it hands in: right, wrong, hostile and broken submissions, and some who handed in another one's files.

    python -m tests.a_class FOLDER --many 200 --exercise 04-entrypoint-cmd

The same number makes the same class. Right and wrong answers are the exercise's own, each with a comment of its own, so
that no two of them are the same files; hostile ones are those of the hostile suite that any engine may be given.
"""

from __future__ import annotations

import argparse
import os
import shutil
import zipfile
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from grader import exercise
from grader.answers import answers, lay_out
from grader.model import Exercise
from tests.hostile.case import Case
from tests.hostile.table import CASES

JUDGED, UNUSABLE = frozenset({"passed", "failed"}), frozenset({"refused", "failed"})
EXERCISE = "04-entrypoint-cmd"


def hostile() -> list[Case]:
    """Cases that need neither a throw-away engine nor a limit of their own; one of each kind by turns."""
    usual = [one for one in CASES if one.needs != "hardened" and not (one.slow or one.web or one.build_seconds < 20)]
    by_kind: dict[str, list[Case]] = {}
    for one in usual:
        by_kind.setdefault(one.kind, []).append(one)
    rows = [list(islice(cycle(cases), max(map(len, by_kind.values())))) for cases in by_kind.values()]
    return list(dict.fromkeys(one for turn in zip(*rows, strict=True) for one in turn))


def make_class(folder: Path, many: int, name: str = EXERCISE) -> dict[str, frozenset[str]]:
    """Lay out `many` submissions in `folder`; returns what the status of each may be, by the learner's name.

    Of ten, four are right, two wrong, two hostile, one is broken, and one is a copy of the first right one before it.
    """
    found = exercise.find(exercise.exercises_folder(), name)
    own = answers(found)
    right = cycle(one.folder for one in own if one.kind in ("right", "solution"))
    wrong = cycle(one.folder for one in own if one.kind in ("wrong", "starter"))
    bad, broken = cycle(hostile()), cycle(BROKEN)
    expected: dict[str, frozenset[str]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(many):
        kind = ("right", "wrong", "hostile", "right", "broken", "right", "wrong", "copy", "hostile", "right")[at % 10]
        student = f"{at:03}-{kind}"
        if kind == "hostile":
            case = next(bad)
            student += "-" + case.name
            _hostile(folder / student, case)
            expected[student] = JUDGED if case.verdict == "graded" else UNUSABLE
        elif kind == "broken":
            next(broken)(folder, student)
            expected[student] = frozenset({"refused"})
        elif kind == "copy":
            shutil.copytree(folder / f"{at - at % 10:03}-right", folder / student, symlinks=True)
            expected[student] = frozenset({"passed"})
        else:
            _own(found, Path(next(right if kind == "right" else wrong)), folder / student)
            expected[student] = frozenset({"passed" if kind == "right" else "failed"})
    return expected


def _own(found: Exercise, answer: Path, into: Path) -> None:
    lay_out(found, answer, into)
    with (into / "Dockerfile").open("a", encoding="utf-8") as file:
        file.write(f"\n# {into.name}\n")


def _hostile(into: Path, case: Case) -> None:
    """What the case hands in, as a learner's folder, or as the archive in one."""
    into.mkdir()
    made = case.make(into)
    if made != into and made.parent != into:
        made.rename(into / made.name)


def _no_archive(folder: Path, student: str) -> None:
    (folder / f"{student}.zip").write_bytes(b"PK\x03\x04 and nothing more")


def _cut_off(folder: Path, student: str) -> None:
    path = folder / f"{student}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Dockerfile", "FROM busybox:1.37\n" * 50)
    path.write_bytes(path.read_bytes()[:-30])


def _nothing(folder: Path, student: str) -> None:
    (folder / student).mkdir()


def _pipe(folder: Path, student: str) -> None:
    (folder / student).mkdir()
    os.mkfifo(folder / student / "Dockerfile")


def _other_name(folder: Path, student: str) -> None:
    (folder / student).mkdir()
    (folder / student / "Dokerfile").write_text("FROM busybox:1.37\n")


BROKEN: tuple[Callable[[Path, str], None], ...] = (_no_archive, _cut_off, _nothing, _pipe, _other_name)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--many", type=int, default=200)
    parser.add_argument("--exercise", default=EXERCISE)
    given = parser.parse_args()
    print(f"{len(make_class(given.folder, given.many, given.exercise))} submissions in {given.folder}")
