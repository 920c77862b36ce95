"""The first look at one submission, as a task that any executor can run: what it is told from others by.

It is apart from the grading, which takes long to import: a class is looked at first, in processes of their own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader import exercise as exercises
from grader.batch.alike import marks, passages, texts
from grader.batch.compared import kept
from grader.batch.downloads import ARCHIVES, beside, gather
from grader.batch.values import Looked, Outcome
from grader.errors import InputError, MachineError
from grader.model import Exercise
from grader.submission import attachments, stage, stage_file
from grader.submission.faults import fault

PLAIN = 2_000_000
"""Bytes of a file beyond which it is no Dockerfile."""


def look(folder: str, path: str) -> str | Outcome:
    """The digest of `looked`, or the outcome in its place."""
    return looked(folder, path).found


def looked(folder: str, path: str) -> Looked:
    """The digest (SHA-256, hexadecimal) of what would be built from `path` for the exercise in `folder`, and its texts.

    Where the exercise gives each learner other values, these are part of the digest. Where it cannot be used at all,
    the outcome that says so. Marks and texts are without those of the files that the exercise gives; of an answer that
    is no Dockerfile there are none.
    """
    began = time.monotonic()
    try:
        exercise = exercises.load(Path(folder))
        with alone(Path(path)) as own:
            if exercise.submission == "dockerfile":
                return _context(exercise, own)
            return Looked(found=_with_values(exercise, _file(exercise, own)))
    except InputError as error:
        outcome = unusable(error)
    except MachineError as error:
        outcome = Outcome(fault=str(error))
    except Exception as error:  # noqa: BLE001 - whatever a submission breaks, the next one is looked at
        outcome = Outcome(fault=broken(error))
    return Looked(found=msgspec.structs.replace(outcome, seconds=time.monotonic() - began))


def _context(exercise: Exercise, own: Path) -> Looked:
    with stage(own, exercise.limits) as submission:
        context = Path(submission.context)
        digest = _with_values(exercise, digest_of(context, submission.dockerfile))
        given = (Path(exercise.folder) / name for name in ("files", "starter"))
        known = {one for part in given if part.is_dir() for one in texts(part)}
        handed = list(texts(context))
        own_marks = marks(passages(text for _, text in handed), passages(text for _, text in known))
        return Looked(found=digest, marks=own_marks, texts=kept(handed, known, submission.dockerfile))


def _file(exercise: Exercise, own: Path) -> str:
    with stage_file(own, exercise.submission, exercise.limits) as handed, Path(handed.path).open("rb") as file:
        found = hashlib.file_digest(file, "sha256")
        for name, attached in attachments(Path(handed.folder)).items():
            found.update(f"{name} {attached.digests[0]}".encode())
        return found.hexdigest()


def unusable(error: InputError) -> Outcome:
    """A refusal, but a fault where it is only that the one who grades may not read it."""
    if isinstance(error.__cause__, PermissionError):
        return Outcome(fault=str(error))
    return Outcome(refused=str(error))


def broken(error: Exception) -> str:
    """The fault that an error of the grader's own is."""
    return f"the grader itself failed: {type(error).__name__}: {error}"


def _with_values(exercise: Exercise, digest: str) -> str:
    if not exercise.variants:
        return digest
    first = "\0".join((digest, *(values[0] for values in exercise.variants.values())))
    return hashlib.sha256(first.encode()).hexdigest()


@contextmanager
def alone(path: Path) -> Iterator[Path]:
    """`path`, or a copy of it in a folder of its own where it is a file that could be a Dockerfile.

    The folder of a Dockerfile is its build context; here it is the folder of everybody's submissions. Of a download in
    which several files are one submission, it is the folder of these.
    """
    several = beside(path)
    if len(several) < 2 and (path.is_symlink() or not path.is_file() or path.stat().st_size > PLAIN):
        yield path
        return
    name = path.name if len(several) > 1 or path.name.lower().endswith(ARCHIVES) else "Dockerfile"
    with tempfile.TemporaryDirectory(prefix="drydock-alone-") as folder:
        copy = Path(folder) / name
        try:
            if len(several) > 1:
                gather(several, copy)
            else:
                _copy(path, copy)
            yield copy
        except InputError as error:
            error.args = (str(error).replace(str(copy), str(path)),)
            raise


def _copy(path: Path, copy: Path) -> None:
    try:
        shutil.copyfile(path, copy)
    except OSError as error:
        raise fault(error, f"{path}:", room=f"{copy.parent}: {path}:") from error


def digest_of(context: Path, dockerfile: str) -> str:
    """The SHA-256 of a staged build context: names, kinds, permissions and bytes, not times."""
    found = hashlib.sha256(dockerfile.encode())
    for path in sorted(context.rglob("*")):
        facts = path.lstat()
        name = os.fsencode(path.relative_to(context))
        found.update(
            b"%d %o %d " % (len(name), facts.st_mode, facts.st_size if stat.S_ISREG(facts.st_mode) else 0) + name
        )
        if stat.S_ISREG(facts.st_mode):
            with path.open("rb") as file:
                found.update(hashlib.file_digest(file, "sha256").digest())
        elif stat.S_ISLNK(facts.st_mode):
            found.update(os.fsencode(path.readlink()))
    return found.hexdigest()
