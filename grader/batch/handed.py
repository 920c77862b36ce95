"""The folders and archives of a class -> who handed in what.

What is looked at: a folder with a folder or an archive for each learner; the same with a folder for each exercise in
each learner's; a download of Moodle or Canvas, in folders or flat, where several files of one learner are one
submission; a set of git clones. Names are told apart after Unicode's NFC, as two systems may write the same name in two
ways.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from grader.batch.downloads import ARCHIVES, NOT_READ, Label, counting, label
from grader.batch.values import HandIn
from grader.errors import UsageError
from grader.report.inert import visible
from grader.submission import names

_DEPTH = 3
_EXPECTED = "Expected: a folder that holds a folder, a zip or a tar archive for each learner."
_NOBODYS = (".", "__MACOSX")
"""How names begin that systems leave behind."""


def handed(
    roots: Sequence[Path], exercises: Sequence[str], passed_over: Callable[[Path], object] = lambda _: None
) -> list[HandIn]:
    """What lies in the folders `roots`, in the order of learners; several `exercises` have a folder each.

    A learner who is there twice is refused, once, with both places; `passed_over` is told of each file that is nobody's
    submission. Raises UsageError where a root is no folder of submissions: what was found, and what was expected.
    """
    found: dict[tuple[str, str], list[tuple[int, HandIn]]] = {}
    for root in roots:
        entries = list(_of_root(root, exercises, passed_over))
        if not entries:
            raise UsageError(f"{root} holds no submission.", _EXPECTED)
        for again, one in entries:
            found.setdefault((one.student, one.exercise), []).append((again, one))
    return [_usable(_one(several)) for _, several in sorted(found.items())]


def _usable(one: HandIn) -> HandIn:
    """The same, or its refusal where a name in its path cannot be written down."""
    why = names.letters_problem(one.path) or names.letters_problem(one.student)
    if not why:
        return msgspec.structs.replace(one, refused=visible(one.refused), fault=visible(one.fault))
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


def _of_root(
    root: Path, exercises: Sequence[str], passed_over: Callable[[Path], object]
) -> Iterator[tuple[int, HandIn]]:
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder.", _EXPECTED)
    try:
        inside = sorted(root.iterdir())
    except OSError as error:
        raise UsageError(f"{root} cannot be read: {error.strerror}.", "Check who may read it.") from error
    if any(path.name in ("Dockerfile", "dockerfile") for path in inside):
        raise UsageError(
            f"{root} is one submission: there is a Dockerfile in it.", f"To grade one: drydock check EXERCISE {root}"
        )
    downloaded: dict[tuple[str, str, str], dict[Path, Label]] = {}
    for path in inside:
        folder = path.is_dir() and not path.is_symlink()
        if path.name.startswith(_NOBODYS):
            continue
        if path.is_symlink() and path.is_dir():
            why = f"{path} is a link; put the folder itself there"
            yield 0, HandIn(student=_name(path.name), exercise=exercises[0], refused=why)
        elif written := label(path.name, folder=folder):
            downloaded.setdefault(written.owner, {})[path] = written
        elif folder:
            yield from ((0, one) for one in _of_learner(_name(path.name), path, exercises))
        elif path.name.lower().endswith((*ARCHIVES, *NOT_READ)):
            yield 0, _file(_name(_without_ending(path.name)), path, exercises)
        else:
            passed_over(path)
    of_a_name = Counter(student for _, student, _ in downloaded)
    for (_, name, number), labels in downloaded.items():
        student = name if of_a_name[name] == 1 else f"{name}_{number}"
        yield from _downloaded(student, labels, exercises, passed_over)


def _downloaded(
    student: str, labels: Mapping[Path, Label], exercises: Sequence[str], passed_over: Callable[[Path], object]
) -> Iterator[tuple[int, HandIn]]:
    """What one learner has in a download: a folder, or files that are one submission together."""
    late = any(one.late for one in labels.values())
    files = {path: one for path, one in labels.items() if not one.typed}
    if not files:
        first, one = next(iter(labels.items()))
        why = f"{first.name} is what was typed into a field of {one.system}; expected a Dockerfile, or an archive"
        yield 0, HandIn(student=student, exercise=exercises[0], refused=why, late=late)
        return
    flat = {path: one for path, one in files.items() if not path.is_dir()}
    for path in files:
        if path not in flat:
            yield from ((0, one) for one in _of_learner(student, path, exercises))
    counts = list(counting(flat).values())
    if counts:
        yield flat[counts[0]].attempt[1], _file(student, counts[0], exercises, late=late)
    for path in labels:
        if labels[path].typed or (path in flat and path not in counts):
            passed_over(path)


def _of_learner(student: str, folder: Path, exercises: Sequence[str]) -> list[HandIn]:
    """What lies in a learner's folder; a fault, where it cannot be read here, is no refusal."""
    try:
        return _inside(student, folder, exercises)
    except OSError as error:
        why = f"{folder}: cannot be read: {error.strerror or error}; check who may read it"
        return [HandIn(student=student, exercise=name, path=str(folder), fault=why) for name in exercises]


def _inside(student: str, folder: Path, exercises: Sequence[str]) -> list[HandIn]:
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
    inside = [one for one in sorted(path.iterdir()) if not one.name.startswith(_NOBODYS)]
    meant = [one for one in inside if (one / "Dockerfile").is_file() or one.name.lower().endswith(ARCHIVES)]
    if len(meant) < 2 or len(meant) < len(inside):
        return ""
    found = ", ".join(_name(one.name) for one in meant[:3]) + (", …" if len(meant) > 3 else "")
    return (
        f"{path} holds {len(meant)} submissions ({found}); expected one learner's Dockerfile there. "
        "If it is a class, name that folder itself; if these are exercises, grade with --all"
    )


def _file(student: str, path: Path, exercises: Sequence[str], *, late: bool = False) -> HandIn:
    if len(exercises) > 1:
        why = f"{path.name} is one file; with several exercises each learner has a folder, and in it one for each"
        return HandIn(student=student, exercise=exercises[0], refused=why, late=late)
    return HandIn(student=student, exercise=exercises[0], path=str(path), late=late)


def _inner(path: Path) -> Path:
    """The folder or the archive that is meant: what lies alone in folder after folder is looked into."""
    for _ in range(_DEPTH):
        if not path.is_dir() or path.is_symlink():
            return path
        inside = [one for one in path.iterdir() if not one.name.startswith(_NOBODYS)]
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
