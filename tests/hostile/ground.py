"""Where the cases are tried: planted secrets, a folder that must stay clean, and the verdict on each verdict."""

from __future__ import annotations

import http.server
import os
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import msgspec

from grader import exercise
from grader.engine.client import Engine
from grader.engine.places import EngineAddress
from grader.errors import SubmissionError
from grader.model import Exercise, Observation, Report
from grader.model.tier import Tier
from grader.pipeline import Watcher, check
from grader.stages import with_time
from tests.hostile.case import Case, good
from tests.hostile.left import new_volumes, of_engine, volumes
from tests.hostile.others import IMAGE, PLANTED
from tests.hostile.outputs import outputs, steering

HERE = Path(__file__).parent
LABELS = {"drydock.hostile": "planted"}
Open = Callable[[], AbstractContextManager[Engine]]
"""Gives an engine for one submission, and takes it back."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a case; `wrong` says what should have been otherwise (nothing: all is right)."""

    case: Case
    verdict: str
    cause: str = ""
    said: str = ""
    score: float | None = None
    seconds: float = 0.0
    left: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


class Ground:
    """One run of the suite; `port` is where its server listens, which no submission may reach."""

    def __init__(self, folder: Path, port: int, asked: list[str], engines: Open, tier: Tier = "trusted") -> None:
        self._tier = tier
        self.folder, self.port, self._asked, self._engines = folder, port, asked, engines
        self._number = 0
        # A name of this run's own, so that another run on the same engine leaves nothing of ours.
        self._name = f"hostile-{uuid.uuid4().hex[:8]}"
        self._exercises = {name: self._exercise(name) for name in ("exercise", "web", "user")}

    def _exercise(self, folder: str) -> Exercise:
        return msgspec.structs.replace(exercise.load(HERE / folder), name=self._name)

    def good(self) -> Seen:
        """The right answer, graded."""
        plain = Case(name="good", kind="build resources", how="", make=good, verdict="graded", score=4, needs="engine")
        return self.grade(plain)

    def grade(self, case: Case) -> Seen:
        """Grade one case and say whether what came of it is what has to come."""
        self._number += 1
        place = self.folder / f"{self._number}"
        (place / "submission").mkdir(parents=True)
        before = self._outside(place)
        handed = self._filled(case.make(place / "submission"))
        temporary = place / "temporary"
        temporary.mkdir()
        limits = msgspec.structs.replace(self._exercises[case.exercise].limits, build_seconds=case.build_seconds)
        wanted = msgspec.structs.replace(self._exercises[case.exercise], limits=limits)
        began = time.monotonic()
        with ExitStack() as opened, _environment(TMPDIR=str(temporary)):
            report, observed, said = self._check(wanted, handed, case, opened)
            seconds = time.monotonic() - began
            left = self._left(temporary, before, place)
        left += [one for address in self._given_back() for one in of_engine(address)]
        # Under gVisor everything has more time.
        given = with_time(wanted, self._tier).limits.build_seconds
        says = case.says.replace("{seconds}", f"{given:g}")
        seen = _judged(msgspec.structs.replace(case, says=says), report, observed, said)
        more = [f"left: {one}" for one in left]
        if self._asked:
            more.append(f"the server was asked for {self._asked[0]}")
            self._asked.clear()
        subprocess.run(["rm", "-rf", str(place)], check=True)
        return msgspec.structs.replace(seen, seconds=seconds, left=tuple(left), wrong=(*seen.wrong, *more))

    def _filled(self, handed: Path) -> Path:
        file = handed / "Dockerfile" if handed.is_dir() else handed
        if file.is_file() and not file.is_symlink() and b"{port}" in (data := file.read_bytes()):
            file.write_bytes(data.replace(b"{port}", str(self.port).encode()))
        return handed

    def _check(
        self, wanted: Exercise, handed: Path, case: Case, opened: ExitStack
    ) -> tuple[Report | None, Observation | None, str]:
        def engine() -> Engine:
            if case.needs == "nothing":
                raise AssertionError("an engine was asked for")
            self.engine = opened.enter_context(self._engines())
            self.volumes = volumes(self.engine)
            if case.kind == "cross-student":
                plant(self.engine)
            return self.engine

        try:
            return *check(wanted, handed, engine, Watcher(), tier=self._tier), ""
        except SubmissionError as error:
            return None, None, str(error)

    def _outside(self, place: Path) -> set[Path]:
        return {path for path in self.folder.iterdir() if path != place}

    def _left(self, temporary: Path, before: set[Path], place: Path) -> list[str]:
        left = [str(path) for path in (*temporary.iterdir(), *(self._outside(place) - before))]
        engine = vars(self).pop("engine", None)
        if engine is not None:
            filters = {"label": [f"drydock.exercise={self._name}"]}
            left += [f"container {one['Id'][:12]}" for one in engine.api.containers(all=True, filters=filters)]
            left += [f"image {one['Id'][7:19]}" for one in engine.api.images(all=True, filters=filters)]
            left += new_volumes(engine, vars(self).pop("volumes"))
            engine.remove_labelled(LABELS)
            self.address = engine.address
        return left

    def _given_back(self) -> list[EngineAddress]:
        """The engine of the last grading, where it had one."""
        return [address] if (address := vars(self).pop("address", None)) is not None else []


def plant(engine: Engine) -> None:
    """Put a stranger's image where a submission could name it."""
    with tempfile.TemporaryDirectory() as folder:
        text = f"FROM busybox:1.37\nRUN echo {PLANTED} > /planted\n".encode()
        built = engine.build(Path(folder), dockerfile=text, tags=(IMAGE,), labels=LABELS, seconds=60, output_bytes=1000)
        assert built.ok, built.failure


@contextmanager
def ground(engines: Open, tier: Tier = "trusted") -> Iterator[Ground]:
    """A ground for one run: a folder that is gone afterwards, and a server on loopback."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PLANTED.encode())

        def log_message(self, *_: object) -> None: ...

    with (
        tempfile.TemporaryDirectory(prefix="hostile-") as folder,
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
    ):
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Ground(Path(folder), server.server_port, asked, engines, tier)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    old = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    tempfile.tempdir = None
    try:
        yield
    finally:
        for name, value in old.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
        tempfile.tempdir = None


def _judged(case: Case, report: Report | None, observed: Observation | None, refusal: str) -> Seen:
    verdict, cause, said = "refused", "", refusal
    score = report.score if report else None
    if report is not None and observed is not None:
        failure = observed.build.failure if observed.build else None
        verdict = "graded" if observed.build and observed.build.ok else "failed"
        cause = failure.cause if failure else "syntax" if observed.syntax_error else ""
        said = "\n".join(one.seen for one in report.checks if one.status == "failed")
        if report.status == "not_judged":
            verdict, said = "not judged", observed.fault or "; ".join(one.seen for one in report.checks)
    found = outputs(report, student="eve", reason=refusal)
    wrong = [word for name, text in found.items() for word in steering(name, text)]
    if verdict != case.verdict:
        wrong.append(f"{verdict}, not {case.verdict}")
    if case.cause and cause != case.cause:
        wrong.append(f"cause {cause}, not {case.cause}")
    if case.says not in said:
        wrong.append(f"does not say {case.says!r}")
    if case.score is not None and score != case.score:
        wrong.append(f"{score} points, not {case.score:g}")
    if case.never and any(case.never in text for text in (*found.values(), *_inside(observed))):
        shown = [line for text in found.values() for line in text.splitlines() if case.never in line]
        wrong.append(f"shows {case.never!r}: {shown[:1]}")
    if max(map(len, found.values())) > 2_000_000:
        wrong.append("a report of more than 2 MB")
    return Seen(case=case, verdict=verdict, cause=cause, said=said, score=score, wrong=tuple(wrong))


def _inside(observed: Observation | None) -> list[str]:
    """All that came out of a build and its containers, as it was recorded."""
    return [] if observed is None else [repr(observed.build), repr(observed.probed)]
