"""exercises/NN-name/exercise.toml -> Exercise; every message names the file and the key."""

from __future__ import annotations

import math
import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

import msgspec

from grader import checks
from grader.errors import ExerciseError, UsageError
from grader.model import BuildOptions, Exercise, ExerciseCheck, Limits, Params, SubmissionKind
from grader.model.dockerfile import INSTRUCTIONS
from grader.model.reading import from_value, in_words
from grader.varied import variants

TableT = TypeVar("TableT", Limits, BuildOptions)

KEYS: Mapping[str, type] = {"title": str, "lesson": str, "practice": str, "minutes": int, "bases": list}


def exercises_folder() -> Path:
    """The course's exercises/, beside the grader package."""
    return Path(__file__).resolve().parent.parent / "exercises"


def names(root: Path) -> tuple[str, ...]:
    """The exercises under `root`, in order."""
    return tuple(sorted(path.parent.name for path in root.glob("*/exercise.toml")))


def find(root: Path, wanted: str) -> Exercise:
    """The exercise called `wanted`: its folder's name, its number (`05`, `5`), its words, or a path to its folder.

    The beginning of its name or of its words will do where no other exercise begins so. Raises UsageError, which names
    the nearest ones, where there is none or more than one; ExerciseError where its folder has a mistake.
    """
    there = names(root)
    path = Path(wanted)
    if path.name in there and (wanted == path.name or _is_own(root, path)):
        return load(root / path.name)
    parted = {name: name.partition("-") for name in there}
    meant = [
        name for name, (number, _, words) in parted.items() if wanted in (number, number.lstrip("0") or "0", words)
    ]
    begun = [name for name in there if wanted and (name.startswith(wanted) or parted[name][2].startswith(wanted))]
    for found in (meant, begun):
        if len(found) == 1:
            return load(root / found[0])
    if (path / "exercise.toml").is_file():
        return load(path)
    if meant:
        raise UsageError(f"several exercises have the number '{wanted}'", f"name one of: {', '.join(meant)}")
    if begun:
        raise UsageError(f"several exercises begin with '{wanted}'", f"name one of: {', '.join(begun)}")
    near = _near(wanted, there)
    raise UsageError(f"there is no exercise '{wanted}'{near}", "the exercises: " + ", ".join(there))


def _is_own(root: Path, path: Path) -> bool:
    """Whether a path names a folder of `root`: one of the course's, also as it is called from the course's folder."""
    if (path / "exercise.toml").is_file():
        return path.resolve().parent == root.resolve()
    return path.parent == Path(root.name)


def load(folder: Path) -> Exercise:
    """Read one exercise folder. Raises ExerciseError: file, key, what was expected."""
    file = folder / "exercise.toml"
    shown = f"exercises/{folder.name}/exercise.toml"
    data = read_toml(file, shown)
    _refuse_unknown(shown, data, [*KEYS, "teaches", "submission", "profile", "limits", "build", "variants", "check"])
    for key, kind in KEYS.items():
        value = data.get(key)
        if (
            not isinstance(value, kind)
            or isinstance(value, bool)
            or not value
            or (isinstance(value, int) and value < 0)
        ):
            raise ExerciseError(f"{shown}: {key}: expected {_kind(kind)}, found {_found(data, key)}")
    if not all(isinstance(base, str) for base in data["bases"]):
        raise ExerciseError(f"{shown}: bases: expected a list of image names, such as ['busybox:1.37']")
    task = folder / "task.md"
    if not task.is_file():
        raise ExerciseError(f"exercises/{folder.name}/task.md: is missing", "every exercise says what to do in task.md")
    text = _read(task)
    return Exercise(
        name=folder.name,
        folder=str(folder.resolve()),
        title=data["title"],
        lesson=data["lesson"],
        practice=data["practice"],
        minutes=data["minutes"],
        bases=tuple(data["bases"]),
        teaches=_teaches(shown, data.get("teaches", [])),
        submission=_submission(shown, data.get("submission", "dockerfile")),
        profile=_profile(shown, data.get("profile", False)),
        checks=_checks(shown, data.get("check"), _hints(folder / "hints.md")),
        limits=_limits(f"{shown}: [limits]", data.get("limits", {})),
        build=_build(f"{shown}: [build]", data.get("build", {}), folder / "files"),
        variants=variants(f"{shown}: [variants]", data, text),
        task=text,
    )


def read_toml(file: Path, shown: str) -> dict[str, Any]:
    """The tables of a TOML file, which messages call `shown`. Raises ExerciseError where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExerciseError(f"{shown}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExerciseError(f"{shown}: is not TOML: {error}") from error


def _read(file: Path) -> str:
    shown = f"exercises/{file.parent.name}/{file.name}"
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ExerciseError(f"{shown}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ExerciseError(
            f"{shown}: byte {error.start + 1:,} is not UTF-8", "save the file as UTF-8, as your editor can"
        ) from error


def lay_given_files(exercise: Exercise, context: Path) -> tuple[str, ...]:
    """Put the exercise's files/ into a build context where it lacks them; returns their paths.

    So a Dockerfile alone is a submission too; what the learner has changed is left as it is.
    """
    given = Path(exercise.folder) / "files"
    laid = []
    for source in sorted(path for path in given.rglob("*") if path.is_file()):
        target = context / source.relative_to(given)
        if not os.path.lexists(target) and not any(parent.is_file() for parent in target.parents):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
            laid.append(source.relative_to(given).as_posix())
    return tuple(laid)


def _profile(shown: str, wanted: object) -> bool:
    if not isinstance(wanted, bool):
        raise ExerciseError(f"{shown}: profile: expected true or false, found {wanted!r}")
    return wanted


def _teaches(shown: str, names: object) -> tuple[str, ...]:
    if not isinstance(names, list):
        raise ExerciseError(f"{shown}: teaches: expected a list of instructions, such as ['FROM', 'COPY']")
    for name in names:
        if name not in INSTRUCTIONS:
            near = _near(str(name).upper(), INSTRUCTIONS)
            raise ExerciseError(
                f"{shown}: teaches: there is no instruction '{name}'{near}", "it has: " + ", ".join(INSTRUCTIONS)
            )
    return tuple(names)


def _submission(shown: str, kind: object) -> SubmissionKind:
    if kind not in get_args(SubmissionKind):
        kinds = ", ".join(f"'{name}'" for name in get_args(SubmissionKind))
        raise ExerciseError(f"{shown}: submission: expected one of {kinds}, found {kind!r}")
    return cast("SubmissionKind", kind)


def _table(where: str, table: object, kind: type[TableT]) -> TableT:
    if isinstance(table, dict):
        _refuse_unknown(where, table, kind.__struct_fields__)
    try:
        return from_value(table, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ExerciseError(f"{where}: {in_words(error)}") from error


def _limits(where: str, table: object) -> Limits:
    limits = _table(where, table, Limits)
    for key, value in msgspec.structs.asdict(limits).items():
        if not (math.isfinite(value) and value > 0):
            raise ExerciseError(f"{where}: {key}: expected a number above 0, found {value!r}")
    return limits


def _build(where: str, table: object, files: Path) -> BuildOptions:
    build = _table(where, table, BuildOptions)
    for id, name in build.secrets.items():
        if not (files / name).is_file():
            raise ExerciseError(f"{where}: secrets: {id}: there is no file files/{name}")
    return build


def _checks(shown: str, tables: object, hints: Mapping[str, tuple[str, ...]]) -> tuple[ExerciseCheck, ...]:
    if not isinstance(tables, list) or not tables:
        raise ExerciseError(f"{shown}: expected at least one [[check]] with a name and points")
    found: list[ExerciseCheck] = []
    for number, table in enumerate(tables, start=1):
        where = f"{shown}: [[check]] {number}"
        if not isinstance(table, dict):
            raise ExerciseError(f"{where}: expected a table with a name and points, found {table!r}")
        name, points = table.get("name"), table.get("points")
        if name not in checks.names():
            raise ExerciseError(f"{where}: there is no check '{name}'{_near(str(name), checks.names())}")
        if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < math.inf:
            raise ExerciseError(f"{where}: points: expected a number above 0, found {_found(table, 'points')}")
        withheld = table.get("withheld", False)
        if not isinstance(withheld, bool):
            raise ExerciseError(f"{where}: withheld: expected true or false, found {withheld!r}")
        rest = {key: value for key, value in table.items() if key not in ("name", "points", "withheld")}
        item = ExerciseCheck(name=name, points=points, parameters=rest, hints=hints.get(name, ()), withheld=withheld)
        _typed(where, item)
        found.append(item)
    twice = {item.name for item in found if [other.name for other in found].count(item.name) > 1}
    if twice:
        raise ExerciseError(
            f"{shown}: the check '{min(twice)}' stands there twice", "give it once, with all its points"
        )
    for name in hints:
        if name not in {item.name for item in found}:
            raise ExerciseError(
                f"{shown.replace('exercise.toml', 'hints.md')}: '## {name}' is not a check of this exercise"
            )
    return tuple(found)


def _typed(where: str, item: ExerciseCheck) -> None:
    kind: type[Params] = checks.load(item.name).parameters
    has = kind.__struct_fields__
    for key in item.parameters:
        if key not in has:
            owns = ", ".join(has) or "no parameters"
            raise ExerciseError(
                f"{where}: '{key}' is not a parameter of {item.name}", f"it has: {owns}{_near(key, has, lead=' — ')}"
            )
    try:
        from_value(item.parameters, kind)
    except msgspec.ValidationError as error:
        raise ExerciseError(f"{where}: {item.name}: {in_words(error)}") from error


def _hints(file: Path) -> dict[str, tuple[str, ...]]:
    """hints.md: under `## check_name` one list item a hint, from where to look to what to look up."""
    if not file.is_file():
        return {}
    hints: dict[str, tuple[str, ...]] = {}
    for part in re.split(r"^## ", _read(file), flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        items = re.split(r"^[-*] |^\d+\. ", body, flags=re.MULTILINE)[1:]
        hints[name.strip()] = tuple(" ".join(item.split()) for item in items)
    return hints


def _refuse_unknown(where: str, table: Mapping[str, object], known: Iterable[str]) -> None:
    known = tuple(known)
    for key in table:
        if key not in known:
            raise ExerciseError(
                f"{where}: '{key}' is not a key of an exercise{_near(key, known)}", "it has: " + ", ".join(known)
            )


def _near(word: str, known: Iterable[str], lead: str = "; ") -> str:
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"{lead}did you mean '{close[0]}'?" if close else ""


def _kind(kind: type) -> str:
    return {str: "a text in quotes", int: "a whole number above 0", list: "a list with at least one name"}[kind]


def _found(table: Mapping[str, object], key: str) -> str:
    return repr(table[key]) if key in table else "nothing"
