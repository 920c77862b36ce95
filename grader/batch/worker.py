"""One submission -> its outcome, as a task that any executor can run: what goes in and out are plain values."""

from __future__ import annotations

import ctypes
import hashlib
import multiprocessing
import os
import shutil
import signal
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader import exercise as exercises
from grader.batch.alike import marks, passages, texts
from grader.batch.downloads import ARCHIVES, beside, gather
from grader.batch.values import Outcome
from grader.engine.client import Engine
from grader.engine.places import EngineAddress
from grader.errors import InputError, MachineError
from grader.interruption import interrupted_once
from grader.model import Exercise
from grader.pipeline import Watcher, check
from grader.submission import attachments, stage, stage_file
from grader.submission.faults import fault

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
PLAIN = 2_000_000
"""Bytes of a file beyond which it is no Dockerfile."""


class TooLongError(MachineError):
    """A grading has taken longer than all its limits together."""


def look(folder: str, path: str) -> str | Outcome:
    """The digest (SHA-256, hexadecimal) of what would be built from `path` for the exercise in `folder`.

    Where the exercise gives each learner other values, these are part of it. Where it cannot be used at all, the
    outcome that says so.
    """
    began = time.monotonic()
    try:
        exercise = exercises.load(Path(folder))
        if exercise.submission != "dockerfile":
            with (
                alone(Path(path)) as own,
                stage_file(own, exercise.submission, exercise.limits) as handed,
                Path(handed.path).open("rb") as file,
            ):
                found = hashlib.file_digest(file, "sha256")
                for name, attached in attachments(Path(handed.folder)).items():
                    found.update(f"{name} {attached.digests[0]}".encode())
                return _with_values(exercise, found.hexdigest())
        with alone(Path(path)) as own, stage(own, exercise.limits) as submission:
            return _with_values(exercise, digest_of(Path(submission.context), submission.dockerfile))
    except InputError as error:
        return msgspec.structs.replace(_unusable(error), seconds=time.monotonic() - began)
    except MachineError as error:
        return Outcome(fault=str(error), seconds=time.monotonic() - began)
    except Exception as error:  # noqa: BLE001 - whatever a submission breaks, the next one is looked at
        return Outcome(fault=_broken(error), seconds=time.monotonic() - began)


def _unusable(error: InputError) -> Outcome:
    """A refusal, but a fault where it is only that the one who grades may not read it."""
    if isinstance(error.__cause__, PermissionError):
        return Outcome(fault=str(error))
    return Outcome(refused=str(error))


def _broken(error: Exception) -> str:
    return f"the grader itself failed: {type(error).__name__}: {error}"


def _with_values(exercise: Exercise, digest: str) -> str:
    if not exercise.variants:
        return digest
    first = "\0".join((digest, *(values[0] for values in exercise.variants.values())))
    return hashlib.sha256(first.encode()).hexdigest()


def marked(folder: str, path: str) -> bytes:
    """The passages of `path` by which submissions are compared, without those of the files that the exercise gives.

    Empty where it has no text, or cannot be used.
    """
    try:
        exercise = exercises.load(Path(folder))
        if exercise.submission != "dockerfile":
            return b""
        given = (Path(folder) / name for name in ("files", "starter"))
        known = passages(text for part in given if part.is_dir() for text in texts(part))
        with alone(Path(path)) as own, stage(own, exercise.limits) as submission:
            return marks(passages(texts(Path(submission.context))), known)
    except (InputError, MachineError, OSError):
        return b""


def grade(folder: str, path: str, address: EngineAddress, seconds: float) -> Outcome:
    """Grade `path` for the exercise in `folder` with the engine at `address`, in at most `seconds`.

    An error in the grader itself is an outcome too: nobody's zero, and the class goes on. Where this is the main thread
    of a worker process, an interruption ends the build and removes what it made.
    """
    began = time.monotonic()
    try:
        with _interruptible(seconds):
            outcome = _graded(exercises.load(Path(folder)), Path(path), address)
    except InputError as error:
        outcome = _unusable(error)
    except MachineError as error:
        outcome = Outcome(fault=str(error))
    except Exception as error:  # noqa: BLE001 - whatever a submission breaks, the next one is graded
        outcome = Outcome(fault=_broken(error))
    return msgspec.structs.replace(outcome, seconds=round(time.monotonic() - began, 3))


def _graded(exercise: Exercise, path: Path, address: EngineAddress) -> Outcome:
    engine = Engine(address=address)
    try:
        with alone(path) as own:
            report, seen = check(exercise, own, lambda: engine, Watcher(), tier=address.tier)
    finally:
        engine.close()
    report = msgspec.structs.replace(report, submission=str(path))
    fault = seen.fault if report.status == "not_judged" else ""
    if report.status == "not_judged" and not fault:
        fault = "; ".join(f"{one.name}: {one.seen}" for one in report.checks if one.machine) or "not judged"
    return Outcome(report=msgspec.json.encode(report), observation=msgspec.json.encode(seen), fault=fault)


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


def begin() -> None:
    """For a worker that waits for work: Ctrl-C is its parent's business, and it ends when its parent does.

    On Linux the kernel sees to that, as a worker that waits does not notice; elsewhere it waits on.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    # It may have died before it could be asked for, while this process was starting.
    if (parent := multiprocessing.parent_process()) is not None and os.getppid() != parent.pid:
        os._exit(1)


@contextmanager
def _interruptible(seconds: float) -> Iterator[None]:
    """Let one interruption in; raise TooLongError after `seconds`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def too_long(*_: object) -> None:
        raise TooLongError(f"grading took more than {seconds:.0f} s, longer than all its limits together")

    before = signal.signal(signal.SIGALRM, too_long)
    with interrupted_once():
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
