"""`drydock kit`: the files of a kit with the exercise's name in them and, where it runs it, the grader beside them."""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

from grader import exercise
from grader.cli import PASSED
from grader.errors import UsageError
from grader.model import Exercise

COURSE = "drydock"
"""The folder of the kits that hold the grader itself."""
_OWN = ("drydock", "LICENSE", "requirements.lock", "scripts", "grader")
_KEPT_BACK = ("mutants.toml", "starter", "solution", "library", "right", "wrong")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def write(kit: Path, arguments: argparse.Namespace) -> int:
    """Write the kit; the exit status. Raises UsageError where the folder is not empty or the course is not named."""
    root = exercise.exercises_folder()
    wanted, folder = exercise.find(root, arguments.exercise), arguments.folder
    words = {"@EXERCISE@": wanted.name, "@COURSE@": arguments.course}
    texts = {path.relative_to(kit): path for path in sorted(kit.rglob("*")) if path.is_file()}
    needs_course = any("@COURSE@" in path.read_text("utf-8") for path in texts.values())
    if needs_course and not _REPOSITORY.fullmatch(arguments.course):
        raise UsageError(
            f"--course '{arguments.course}' is not a repository's name.",
            "Expected OWNER/REPOSITORY: where GitHub finds this course.",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder.", "Name a new folder.")
    for name, path in texts.items():
        text = path.read_text("utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
        shutil.copymode(path, folder / name)
    if not needs_course:
        _copy_grader(root, wanted, folder / COURSE)
    print(f"{folder} has {', '.join(str(name) for name in texts)}" + ("" if needs_course else " and the grader"))
    return PASSED


def _copy_grader(root: Path, wanted: Exercise, folder: Path) -> None:
    """The grader and the one exercise, without its solution and answers."""
    for name in _OWN:
        _copy(root.parent / name, folder / name)
    for source in sorted((root / wanted.name).iterdir()):
        if source.name not in _KEPT_BACK:
            _copy(source, folder / root.name / wanted.name / source.name)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
