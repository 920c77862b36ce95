"""The folders and archives of a class -> who handed in what.

What is looked at: a folder with a folder or an archive for each learner; the same with a folder for each exercise in
each learner's; a download of Moodle (NAME_NUMBER_assignsubmission_file_/) or Canvas (name_[LATE_]ID_ID_file.zip); a set
of git clones. Names are told apart after Unicode's NFC, as two systems may write the same name in two ways.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from grader.batch.values import HandIn
from grader.errors import UsageError
from grader.report.inert import visible
from grader.submission import names

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
NOT_READ = (".rar", ".7z", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst")
_MOODLE = re.compile(r"^(?P<student>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?$")
_CANVAS = re.compile(r"^(?P<student>[^_]+)_(?P<late>LATE_)?\d+_\d+_.+?(?:-(?P<again>\d+))?\.[\w.]+$")
_DEPTH = 3


def handed(roots: Sequence[Path], exercises: Sequence[str]) -> list[HandIn]:
    """What lies in the folders `roots`, in the order of learners; several `exercises` have a folder each.

    A learner who is there twice is refused, once, with both places. Raises UsageError where a root is no folder of
    submissions: what was found, and what was expected.
    """
    found: dict[tuple[str, str], list[tuple[int, HandIn]]] = {}
    for root in roots:
        entries = list(_of_root(root, exercises))
        if not entries:
            raise UsageError(f"{root} holds no submission.", _EXPECTED)
        for again, one in entries:
            found.setdefault((one.student, one.exercise), []).append((again, one))
    return [_usable(_one(several)) for _, several in sorted(found.items())]


_EXPECTED = "Expected: a folder that holds a folder, a zip or a tar archive for each learner."


def _usable(one: HandIn) -> HandIn:
    """The same, or its refusal where a name in its path cannot be written down."""
    why = names.letters_problem(one.path) or names.letters_problem(one.student)
    if not why:
        return msgspec.structs.replace(one, refused=visible(one.refused))
    return HandIn(
        student=names.shown(one.student),
        exercise=one.exercise,
        refused=f"{names.shown(one.path or one.student)}: {why}; give the folder or file a plain name",
        late=one.late,
    )


def _one(several: list[tuple[int, HandIn]]) -> HandIn:
    """The latest attempt where the download numbers them; two that cannot be told apart are refused."""
    latest = max(again for again, _ in several)
    left = [one for again, one in several if again == latest]
    if len(left) == 1:
        return left[0]
    places = " and ".join(sorted(one.path for one in left))
    return HandIn(
        student=left[0].student,
        exercise=left[0].exercise,
        refused=f"handed in {len(left)} times, and nothing says which one counts: {places}",
    )


def _of_root(root: Path, exercises: Sequence[str]) -> Iterator[tuple[int, HandIn]]:
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder.", _EXPECTED)
    inside = sorted(root.iterdir())
    if any(path.name in ("Dockerfile", "dockerfile") for path in inside):
        raise UsageError(
            f"{root} is one submission: there is a Dockerfile in it.", f"To grade one: drydock check EXERCISE {root}"
        )
    for path in inside:
        if path.name.startswith((".", "__MACOSX")):
            continue
        if path.is_dir() and not path.is_symlink():
            moodle = _MOODLE.match(path.name)
            yield from (
                (0, one) for one in _of_learner(_name(moodle["student"] if moodle else path.name), path, exercises)
            )
        elif path.is_symlink() and path.is_dir():
            why = f"{path} is a link; put the folder itself there"
            yield 0, HandIn(student=_name(path.name), exercise=exercises[0], refused=why)
        elif path.name.lower().endswith((*ARCHIVES, *NOT_READ)) or _CANVAS.match(path.name):
            canvas = _CANVAS.match(path.name)
            student = _name(canvas["student"] if canvas else _without_ending(path.name))
            again = int(canvas["again"] or 0) if canvas else 0
            yield again, _file(student, path, exercises, late=bool(canvas and canvas["late"]))


def _of_learner(student: str, folder: Path, exercises: Sequence[str]) -> Iterable[HandIn]:
    if len(exercises) > 1:
        own = {_called(path): path for path in sorted(folder.iterdir())}
        known = [name for name in exercises if name in own]
        if not known:
            what = ", ".join(sorted(own)) or "nothing"
            expected = f"expected a folder for each exercise: {exercises[0]}, …"
            return [
                HandIn(student=student, exercise=name, refused=f"{folder} holds {what}; {expected}")
                for name in exercises
            ]
        return [HandIn(student=student, exercise=name, path=str(_inner(own[name]))) for name in known]
    inner = _inner(next((path for path in sorted(folder.iterdir()) if _called(path) == exercises[0]), folder))
    return [HandIn(student=student, exercise=exercises[0], path=str(inner), refused=_too_high(inner))]


def _called(path: Path) -> str:
    return _name(path.name.removesuffix(".zip"))


def _too_high(path: Path) -> str:
    """Why `path` is rather a folder of several learners than one learner's; empty where it is not."""
    if not path.is_dir() or path.is_symlink() or any(one.name.lower() == "dockerfile" for one in path.iterdir()):
        return ""
    inside = [one for one in sorted(path.iterdir()) if not one.name.startswith((".", "__MACOSX"))]
    meant = [one for one in inside if (one / "Dockerfile").is_file() or one.name.lower().endswith(ARCHIVES)]
    if len(meant) < 2 or len(meant) < len(inside):
        return ""
    found = ", ".join(_name(one.name) for one in meant[:3]) + (", …" if len(meant) > 3 else "")
    return (
        f"{path} holds {len(meant)} submissions ({found}); expected one learner's Dockerfile there. "
        "If it is a class, name that folder itself; if these are exercises, grade with --all"
    )


def _file(student: str, path: Path, exercises: Sequence[str], *, late: bool) -> HandIn:
    if len(exercises) > 1:
        why = f"{path.name} is one archive; with several exercises each learner has a folder, and in it one for each"
        return HandIn(student=student, exercise=exercises[0], refused=why, late=late)
    return HandIn(student=student, exercise=exercises[0], path=str(path), late=late)


def _inner(path: Path) -> Path:
    """The folder or the archive that is meant: what lies alone in folder after folder is looked into."""
    for _ in range(_DEPTH):
        if not path.is_dir() or path.is_symlink():
            return path
        inside = [one for one in path.iterdir() if not one.name.startswith((".", "__MACOSX"))]
        if len(inside) != 1 or inside[0].is_symlink():
            return path
        alone = inside[0]
        if not (alone.is_dir() or alone.name.lower().endswith(ARCHIVES)):
            return path
        path = alone
    return path


def _without_ending(name: str) -> str:
    ending = next(
        (end for end in sorted((*ARCHIVES, *NOT_READ), key=len, reverse=True) if name.lower().endswith(end)), ""
    )
    return name[: len(name) - len(ending)]


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
