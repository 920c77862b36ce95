"""The learner's loop: check when something is saved, and do what the keys say meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from grader import progress, work
from grader.cli import _mine
from grader.cli._keys import END, QUIT, Key
from grader.errors import DrydockError, InputError, UsageError
from grader.model import Exercise, Report
from grader.watching import Watched

POLL = 0.03
"""Seconds between two looks at a check that runs."""
HELP = "h hint · n next exercise · l list · r reset · q quit"

Grade = Callable[[Exercise, Path, threading.Event], Report]


class Loop:
    """One learner at work: the exercise that is watched, its last report, and the check that runs."""

    def __init__(self, wanted: Exercise, *, grade: Grade, key: Key, say: Callable[[str], None]) -> None:
        self._grade, self._key, self._say = grade, key, say
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._running: Future[Report] | None = None
        self._cancel = threading.Event()
        self._later: list[str] = []
        self._asking = False
        self._turn_to(wanted)

    def run(self, show: Callable[[Report], None]) -> None:
        """Until `q`, or an interruption; a check that runs then is ended, and has removed what it made."""
        self._say(HELP)
        self._check()
        try:
            while True:
                pause = POLL if self._running else self._watched.pause
                pressed = self._later.pop(0) if self._later and not self._running else self._key(pause)
                if pressed == QUIT or (pressed == END and not self._running):
                    return
                if pressed and self._running:
                    self._later.append(pressed)
                elif pressed:
                    self._pressed(pressed)
                if self._running is None and self._watched.saved():
                    self._check()
                elif self._running and self._running.done():
                    self._over(self._running, show)
        finally:
            self._cancel.set()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _turn_to(self, wanted: Exercise) -> None:
        self._exercise = wanted
        self._folder = work.folder_of(_mine.my_work(), wanted)
        try:
            copied = work.begin(wanted, self._folder)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        self._report: Report | None = None
        self._given: dict[str, int] = {}
        self._watched = Watched(self._folder)
        if copied:
            self._say(f"{len(copied)} files copied into {_mine.shown(self._folder)}\n\n{wanted.task.strip()}\n")
        self._say(f"Watching {_mine.shown(self._folder)}: {wanted.title}. It is checked each time that you save.")

    def _check(self) -> None:
        self._say(f"── {time.strftime('%H:%M:%S')} · {self._exercise.name} " + "─" * 30)
        self._running = self._pool.submit(self._grade, self._exercise, self._folder, self._cancel)

    def _over(self, done: Future[Report], show: Callable[[Report], None]) -> None:
        self._running = None
        try:
            report = done.result()
        except DrydockError as error:
            self._say(str(error))
            if not isinstance(error, InputError):
                self._say("Nothing was judged; save the file again to try again.")
            self._say(HELP)
            return
        self._report = report
        show(report)
        kept = progress.note(_mine.my_work(), report, self._say)
        if report.status == "passed":
            tries = f" (try {kept.tries})" if kept else ""
            self._say(f"Passed{tries}. `./drydock solution {self._exercise.name}` shows the reference.")
        self._say(HELP)

    def _pressed(self, key: str) -> None:
        if self._asking:
            self._asking = False
            self._say(self._reset() if key == "y" else "Nothing was reset.")
            return
        match key:
            case "h":
                self._say(self._hint())
            case "n":
                self._next()
            case "l":
                known = progress.read(_mine.my_work(), self._say)
                for one in _mine.course():
                    self._say(_mine.line(one, known, ">" if one.name == self._exercise.name else " "))
            case "r":
                self._asking = True
                self._say(f"Put the files of {self._exercise.name} back as they were? What you changed is kept. [y/N]")
            case _:
                self._say(HELP)

    def _hint(self) -> str:
        if self._report is None:
            return "There are hints once a check has been made."
        for result in self._report.checks:
            at = self._given.get(result.name, 0)
            if result.status == "failed" and at < len(result.hints):
                self._given[result.name] = at + 1
                return f"Hint {at + 1} of {len(result.hints)}, {result.name.replace('_', ' ')}: {result.hints[at]}"
        if self._report.status == "passed":
            return "Everything has passed."
        return "There are no more hints. `./drydock explain CHECK` shows what a check looks at."

    def _next(self) -> None:
        known = progress.read(_mine.my_work(), self._say)
        found = _mine.following(_mine.course(), known, after=self._exercise.name)
        if found is None:
            self._say("There is no other exercise that you have not passed.")
            return
        self._turn_to(found)
        self._check()

    def _reset(self) -> str:
        try:
            kept = work.reset(self._exercise, self._folder)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        said = "".join(f"\n  yours is kept: {name}" for name in kept.values())
        return f"{_mine.shown(self._folder)} is as it was in the beginning.{said}"


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(f"{folder}: {error.strerror}", "DRYDOCK_WORK may name another folder, one that you may write to")
