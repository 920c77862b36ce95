"""The learner's own folder: an exercise begun there, set back, and what of the course is copied into it."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.exercise import exercises_folder
from grader.model import Exercise


def work_folder(env: Mapping[str, str]) -> Path:
    """Where a learner works: DRYDOCK_WORK, or else my-work/ in the course. It need not be there yet."""
    return Path(os.path.abspath(env.get("DRYDOCK_WORK") or exercises_folder().parent / "my-work"))  # noqa: PTH100


def folder_of(work: Path, exercise: Exercise) -> Path:
    """The learner's folder of an exercise: my-work/EXERCISE."""
    return work / exercise.name


def is_own(path: Path, work: Path, exercise: Exercise) -> bool:
    """Whether `path` is the learner's folder of the exercise or lies in it; only then does a result count."""
    return path.resolve().is_relative_to(folder_of(work, exercise).resolve())


def begin(exercise: Exercise, folder: Path) -> tuple[str, ...]:
    """Copy starter/ and files/ into `folder`; what is there is left as it is. The paths that were copied."""
    copied = []
    for source, path in _given(exercise):
        target = folder / path
        if not os.path.lexists(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
            copied.append(path)
    return tuple(copied)


def reset(exercise: Exercise, folder: Path) -> Mapping[str, str]:
    """Put the course's files back. What was changed is kept beside them: each such file with the name it has now."""
    kept = {}
    for source, path in _given(exercise):
        target = folder / path
        if target.is_file() and filecmp.cmp(source, target, shallow=False):
            continue
        if os.path.lexists(target):
            aside = aside_of(target)
            target.replace(aside)
            kept[path] = aside.relative_to(folder).as_posix()
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    return kept


def replace(before: Exercise, after: Exercise, folder: Path) -> tuple[str, ...]:
    """Put the files of `after` where those of `before` are unchanged in `folder`; the paths of those that differ."""
    given = {path: source for source, path in _given(before)}
    replaced = []
    for source, path in _given(after):
        target = folder / path
        same = path in given and filecmp.cmp(given[path], source, shallow=False)
        if not same and path in given and target.is_file() and filecmp.cmp(given[path], target, shallow=False):
            shutil.copyfile(source, target)
            replaced.append(path)
    return tuple(replaced)


def solution(exercise: Exercise) -> Mapping[str, str]:
    """The files of the reference answer by path; empty where the course was shipped without it."""
    root = Path(exercise.folder) / "solution"
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text("utf-8", "replace") for path in files}


def _given(exercise: Exercise) -> Iterator[tuple[Path, str]]:
    """What a learner begins with; a file of the starter goes before one of files/ with the same path."""
    seen = set()
    for part in ("starter", "files"):
        root = Path(exercise.folder) / part
        for source in sorted(path for path in root.rglob("*") if path.is_file()):
            path = source.relative_to(root).as_posix()
            if path not in seen:
                seen.add(path)
                yield source, path


def aside_of(target: Path, ending: str = "") -> Path:
    """A free name beside `target` for what it holds now: `NAME.before-1`, `-2` …, with the `ending` moved behind it."""
    name, number = target.name.removesuffix(ending), 1
    while os.path.lexists(aside := target.with_name(f"{name}.before-{number}{ending}")):
        number += 1
    return aside
