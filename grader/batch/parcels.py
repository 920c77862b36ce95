"""A submission on its way to another machine, and its grading there, in a process of its own with an engine of its own.

    python -m grader.batch.parcels      reads a parcel from its input, and writes the outcome to its output

When its input ends it is interrupted, and removes what it made: whoever asked for the grading is not there any more.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from grader import exercise as exercises
from grader.batch.engines import throwaway
from grader.batch.look import alone, digest_of
from grader.batch.store import version_of
from grader.batch.values import DIED, Outcome
from grader.batch.worker import grade
from grader.engine.bases.ensure import ensure
from grader.engine.find import find_or_start
from grader.engine.places import EngineAddress, Places
from grader.errors import InputError, MachineError
from grader.model.reading import from_msgpack
from grader.model.tier import Tier
from grader.submission import EXPECTED, attachments, stage, stage_file

SET_UP = 3600.0
"""Seconds that a machine may take to provide its engine and the base images, the first time."""
_LENGTH = 8


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A submission as a tar.gz of its clean copy, of at most what the exercise's limits allow, and what it is for.

    `version` is that of the exercise and `code` that of the grader, which have to be the same over there; `source` is
    what the submission is called in messages, `digest` that of what was packed, `seconds` what grading may take. `own`
    are the exercise's files as a tar.gz, where they are a learner's own ones and not the course's.
    """

    exercise: str
    version: str
    code: str
    source: str
    digest: str
    data: bytes
    own: bytes = b""
    tier: Tier = "trusted"
    seconds: float = 0.0


def code_version() -> str:
    """Twelve digits of the SHA-256 of the grader's own source."""
    found, root = sha256(), Path(__file__).resolve().parent.parent
    for path in sorted(root.rglob("*.py")):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def pack(folder: str, path: str, tier: Tier, seconds: float) -> Parcel | Outcome:
    """What lies at `path` for the exercise in `folder`, packed; the outcome where it cannot be used."""
    try:
        exercise = exercises.load(Path(folder))
        with alone(Path(path)) as own:
            if exercise.submission == "dockerfile":
                with stage(own, exercise.limits) as clean:
                    data, digest = _packed(Path(clean.context)), digest_of(Path(clean.context), "")
            else:
                with stage_file(own, exercise.submission, exercise.limits) as handed, _folder() as copy:
                    Path(handed.path).rename(copy / EXPECTED[exercise.submission])
                    for name in attachments(Path(handed.folder)):
                        (copy / name).write_bytes((Path(handed.folder) / name).read_bytes())
                    for file in copy.iterdir():
                        # Whatever the umask here: what is unpacked over there can be written by nobody else.
                        file.chmod(0o644)
                    data, digest = _packed(copy), digest_of(copy, "")
    except InputError as error:
        return Outcome(refused=str(error))
    except MachineError as error:
        return Outcome(fault=str(error))
    return Parcel(
        exercise=exercise.name,
        version=version_of(Path(folder)),
        code=code_version(),
        source=path,
        digest=digest,
        data=data,
        own=b"" if Path(folder).resolve().parent == exercises.exercises_folder() else _packed(Path(folder)),
        tier=tier,
        seconds=seconds,
    )


def grade_parcel(parcel: Parcel) -> Outcome:
    """Grade it in a process of its own, so that one that dies takes nothing else with it."""
    here = str(Path(__file__).resolve().parent.parent.parent)
    own = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-P", "-m", __spec__.name]
    words = msgspec.msgpack.encode(parcel)
    own_environment, said = {**os.environ, "PYTHONPATH": own}, b""
    with (
        suppress(BrokenPipeError),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=own_environment) as child,
    ):
        assert child.stdin
        assert child.stdout
        late = threading.Timer(parcel.seconds + SET_UP, child.kill)
        late.start()
        try:
            child.stdin.write(len(words).to_bytes(_LENGTH) + words)
            child.stdin.flush()
            said = child.stdout.read()
        finally:
            late.cancel()
    try:
        return from_msgpack(said, Outcome)
    except msgspec.DecodeError:
        return Outcome(fault=DIED)


def main(words: BinaryIO, answer: BinaryIO) -> None:
    """Read one parcel, grade it, write its outcome."""
    length = int.from_bytes(words.read(_LENGTH))
    parcel = from_msgpack(words.read(length), Parcel)
    threading.Thread(target=_watch, args=(words,), daemon=True).start()
    answer.write(msgspec.msgpack.encode(graded(parcel)))
    answer.flush()


def graded(parcel: Parcel) -> Outcome:
    """Grade it with this machine's engine. Whatever is wrong with this machine is a fault that names it."""
    with _folder() as above:
        folder = (above if parcel.own else exercises.exercises_folder()) / parcel.exercise
        if parcel.own:
            _unpack(parcel.own, folder)
        there = folder.is_dir() and version_of(folder) == parcel.version
        if not there or code_version() != parcel.code:
            what = "Drydock" if there else f"the exercise {parcel.exercise}"
            return _fault(f"it has another version of {what}; put the same files on every worker")
        home = above / "handed-in"
        _unpack(parcel.data, home)
        if digest_of(home, "") != parcel.digest:
            return _fault("what arrived is not what was sent")
        try:
            with _engine(parcel.tier, exercises.load(folder).bases) as address:
                return _called(grade(str(folder), str(home), address, parcel.seconds), str(home), parcel.source)
        except MachineError as error:
            return _fault(str(error))


def _unpack(data: bytes, into: Path) -> None:
    into.mkdir()
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        # Python before 3.11.4 knows no filters; what is in the archive was packed by _packed.
        archive.extraction_filter = getattr(tarfile, "tar_filter", None)
        archive.extractall(into)


def _called(outcome: Outcome, here: str, source: str) -> Outcome:
    """The outcome as if it had been graded where it was handed in, but for a fault, which is of this machine."""
    report = outcome.report
    if report:
        known = msgspec.json.decode(report)
        report = msgspec.json.encode({**known, "submission": source})
    refused, fault = outcome.refused.replace(here, source), outcome.fault.replace(here, source)
    return msgspec.structs.replace(outcome, report=report, refused=refused, fault=_here(fault) if fault else "")


def _fault(why: str) -> Outcome:
    return Outcome(fault=_here(why))


def _here(fault: str) -> str:
    return f"{socket.gethostname()}: {fault}"


@contextmanager
def _engine(tier: Tier, bases: tuple[str, ...]) -> Iterator[EngineAddress]:
    """This machine's engine with these base images, or a throw-away one. Raises MachineError."""
    places = Places.from_environment(os.environ)

    def shared(names: tuple[str, ...]) -> EngineAddress:
        address = find_or_start(places, os.environ, _say)
        ensure(address, places, names, _say)
        return address

    if tier == "trusted":
        yield shared(bases)
        return
    with throwaway(tier, places, shared, _say) as found:
        address = found.prepare(bases).result()
        try:
            yield address
        finally:
            found.give_back(address)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _packed(folder: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, arcname=str(path.relative_to(folder)), recursive=False)
    return out.getvalue()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="drydock-parcel-") as folder:
        yield Path(folder)


def _watch(words: BinaryIO) -> None:
    """Interrupt this process when nobody is there any more."""
    # Not by the file object: its lock would be held while the process ends.
    if not os.read(words.fileno(), 1):
        os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    # What anything here prints goes to standard error: the outcome has standard output for itself.
    alone_out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    main(sys.stdin.buffer, alone_out)
