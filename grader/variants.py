"""Other values for each learner: a learner's code, what it draws from [variants], and the copy that is theirs.

The files of an exercise hold the first value of each list. For a learner, a value is drawn from each, and the two
change places in every text of the folder: task, checks, starter, files and answers. So what was right stays right, and
what was wrong stays wrong, even where a wrong answer happens to hold the other value.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import msgspec

from grader import exercise as exercises
from grader.engine.places import Places
from grader.errors import InputError, UsageError
from grader.model import Exercise
from grader.varied import as_words

CODE = "code.txt"
"""The file of a learner's folder that keeps their code."""
VARIABLE = "DRYDOCK_CODE"
MAKING = ".making-"
"""Begins the names of folders in which an exercise with a learner's values is made."""
LEAST_KEY = 16
"""Characters of a course's key: fewer could be guessed."""

_DIGITS, _PROOF = 12, 4


def new_key(file: Path) -> str:
    """The key of a course, made and written to `file` where it is not there yet; only its owner can read it."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(file)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", "name a file in a folder that you may write to") from error
    with os.fdopen(descriptor, "w") as written:
        written.write(secrets.token_hex(16) + "\n")
    return read_key(file)


def read_key(file: Path) -> str:
    """The key of a course. Raises InputError where there is none."""
    try:
        key = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file}: cannot be read: {error}", f"drydock classroom codes ROSTER --key {file} makes it"
        ) from error
    if len(key) < LEAST_KEY:
        raise InputError(f"{file}: the key has {len(key)} characters", f"expected at least {LEAST_KEY}, hard to guess")
    return key


def code_of(key: str, student: str) -> str:
    """A learner's code, 16 hexadecimal digits. It tells nothing of the key, nor of anybody else's code."""
    name = unicodedata.normalize("NFC", student).strip()
    digits = hmac.digest(key.encode(), name.encode(), "sha256").hex()[:_DIGITS]
    return digits + _proof(digits)


def checked(code: str, where: str) -> str:
    """A code as it was typed, without blanks. Raises InputError, which says `where` it stood, for one mistyped."""
    plain = re.sub(r"[\s-]", "", code).lower()
    digits = plain[:_DIGITS]
    if not re.fullmatch(f"[0-9a-f]{{{_DIGITS + _PROOF}}}", plain) or plain[_DIGITS:] != _proof(digits):
        raise InputError(
            f"{where}: '{code.strip()[:40]}' is not a code of this kind",
            f"expected the {_DIGITS + _PROOF} digits and letters that your instructor gave you; one may be mistyped",
        )
    return plain


def my_code(work: Path, env: Mapping[str, str]) -> str:
    """The learner's own code: DRYDOCK_CODE, or else code.txt in their folder `work`; empty where they have none."""
    if env.get(VARIABLE, "").strip():
        return checked(env[VARIABLE], VARIABLE)
    file = work / CODE
    try:
        return checked(file.read_text("utf-8"), str(file))
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file}: cannot be read: {error}", "expected the code that your instructor gave you"
        ) from error


def keep_code(work: Path, code: str) -> None:
    """Keep it in the learner's folder, for the commands that come later. Raises InputError for one mistyped."""
    plain = checked(code, "--code")
    work.mkdir(parents=True, exist_ok=True)
    (work / CODE).write_text(plain + "\n", "utf-8")


def drawn(exercise: Exercise, code: str) -> dict[str, str]:
    """The values that a code draws, by parameter: the same each time, on each machine."""
    found = {}
    for name, values in exercise.variants.items():
        number = int.from_bytes(hmac.digest(code.encode(), f"{exercise.name}\0{name}".encode(), "sha256"))
        found[name] = values[number % len(values)]
    return found


def last(exercise: Exercise) -> dict[str, str]:
    """The last value of each parameter: what `drydock course check` tries beside the first ones."""
    return {name: values[-1] for name, values in exercise.variants.items()}


def own(exercise: Exercise, code: str, above: Path) -> Exercise:
    """The exercise as the learner with this code has it: itself without a code, or where nothing varies.

    Its folder is a copy below `above`, which is made once for the same values and the same text.
    """
    return with_values(exercise, drawn(exercise, code), above) if code else exercise


def mine(exercise: Exercise, work: Path, env: Mapping[str, str]) -> Exercise:
    """The exercise as the learner has it whose folder is `work`. Raises InputError where their code is mistyped."""
    if not exercise.variants:
        return exercise
    return own(exercise, my_code(work, env), Places.from_environment(env).variants)


def of_student(exercise: Exercise, key: str, student: str, env: Mapping[str, str]) -> Exercise:
    """The exercise as a student of the course with this `key` has it."""
    if not exercise.variants:
        return exercise
    return own(exercise, code_of(key, student), Places.from_environment(env).variants)


def with_values(exercise: Exercise, values: Mapping[str, str], above: Path) -> Exercise:
    """The exercise with these values in place of the first ones."""
    pairs = {exercise.variants[name][0]: value for name, value in values.items()}
    if all(first == value for first, value in pairs.items()):
        return exercise
    source = Path(exercise.folder)
    folder = above / _fingerprint(source, pairs) / exercise.name
    if not folder.is_dir():
        _make(source, folder, pairs)
    return exercises.load(folder)


def swapped(text: str, pairs: Mapping[str, str]) -> str:
    """The text in which both values of each pair have changed places, wherever one stands as a word of its own."""
    both = {**pairs, **{value: first for first, value in pairs.items()}}
    return as_words(both).sub(lambda found: both[found[0]], text)


def _make(source: Path, folder: Path, pairs: Mapping[str, str]) -> None:
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=MAKING, dir=folder.parent.parent) as making:
        made = Path(making, "made", folder.name)
        shutil.copytree(source, made, symlinks=True)
        for path in made.rglob("*"):
            if path.is_file() and not path.is_symlink():
                _swap(path, pairs)
        try:
            made.parent.rename(folder.parent)
        except OSError:
            # Another process was faster, with the same text.
            if not folder.is_dir():
                raise


def _swap(path: Path, pairs: Mapping[str, str]) -> None:
    before = path.read_bytes()
    try:
        after = swapped(before.decode(), pairs).encode() if b"\0" not in before else before
    except UnicodeDecodeError:
        return
    if after != before:
        # It gets a time of its own: of two files with the same size and time, BuildKit sends only the first.
        path.write_bytes(after)


def _fingerprint(source: Path, pairs: Mapping[str, str]) -> str:
    # The pattern as well: a Drydock that finds words in another way makes another copy.
    found = hashlib.sha256(msgspec.json.encode([sorted(pairs.items()), as_words(pairs).pattern]))
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        data = path.read_bytes()
        found.update(f"{path.relative_to(source).as_posix()}\0{path.stat().st_mode:o}\0{len(data)}\0".encode() + data)
    return found.hexdigest()[:16]


def _proof(digits: str) -> str:
    return hashlib.sha256(b"drydock code " + digits.encode()).hexdigest()[:_PROOF]
