"""The exercise panel: task, buttons, verdict; the same values as in the terminal."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from grader import progress, work
from grader.errors import DrydockError
from grader.model import Exercise, Report
from grader.submission import EXPECTED
from labkit import exercises, panel_twin
from labkit.editing import FileEditor
from labkit.errors import CellError
from labkit.panel_twin import GivenFile, PanelState
from labkit.places import my_work, shown
from labkit.session import the_session
from labkit.showing import Shown
from labkit.sizes import size
from labkit.verdict import fragment, text
from labkit.words import words

FILES_MOST = 40
TEXT_MOST = 8_000


class ExercisePanel:
    """The panel of one exercise; its buttons and the magics do the same things to it."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.report: Report | None = None
        self._cancel = threading.Event()
        self._busy = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._given: dict[str, int] = {}
        self._shown: Shown | None = None
        self._editor = (
            FileEditor(exercises.folder_of(exercise) / "Dockerfile", exercise)
            if exercise.submission == "dockerfile"
            else None
        )
        done = progress.read(my_work()).get(exercise.name)
        self._passed = bool(done and done.passed)
        self._state: PanelState = {
            "title": exercise.title,
            "facts": f"{exercise.max_score:g} {words()['points']} · {exercise.minutes} {words()['minutes']}",
            "command": f"./drydock check {exercise.name}",
            "status": "",
            "busy": False,
            "checking": words()[f"checking_{exercise.submission}"],
            "note": f"{shown(exercises.folder_of(exercise) / EXPECTED[exercise.submission])}: {words()['not_yet']}",
            "hints": [],
            "verdict": "",
            "solution": "",
            "has_solution": self._passed and bool(exercises.solution(exercise)),
            "files": given_files(exercises.folder_of(exercise), EXPECTED[exercise.submission]),
        }

    def show(self) -> None:
        """Show the panel in the cell that runs; above it the Dockerfile in an editor, where one is asked for."""
        from labkit.widgets import Panel

        if self._editor:
            self._editor.show()
        widget = Panel(state=dict(self._state))
        widget.on_msg(self._pressed)
        self._shown = Shown(widget)
        self._shown.show(*self._twins())

    def check(self, path: Path | None = None) -> Report:
        """Grade what lies in the learner's folder, or at `path`, and show it; a result of the folder's is kept.

        Raises SubmissionError where there is nothing to build, CellError while another check runs.
        """
        if not self._busy.acquire(blocking=False):
            raise CellError("A check of this exercise is running; wait until it is done.")
        self._idle.clear()
        self._cancel.clear()
        the_session().began(self)
        self._say(busy=True)
        try:
            report = exercises.grade(self.exercise, self._cancel, path)
            if self._cancel.is_set():
                raise CellError(words()["check_cancelled"])
        except DrydockError as error:
            self._say(busy=False, status="", verdict="", note=str(error))
            raise
        except KeyboardInterrupt:
            self._cancel.set()
            self._say(busy=False)
            raise
        finally:
            self._idle.set()
            self._busy.release()
        self.report = report
        if path is None or work.is_own(path, my_work(), self.exercise):
            progress.note(my_work(), report)
        self._passed = self._passed or report.status == "passed"
        self._say(
            busy=False,
            status=report.status,
            note=words()["draft_left"] if self._editor and self._editor.draft is not None else "",
            hints=[],
            verdict=fragment(report),
            has_solution=self._passed and bool(exercises.solution(self.exercise)),
        )
        return report

    def hint(self) -> str:
        """The next hint for the first check that failed; a sentence that says so where there is none."""
        if self.report is None:
            return self._noted(words()["check_first"])
        for result in self.report.checks:
            given = self._given.get(result.name, 0)
            if result.status == "failed" and given < len(result.hints):
                self._given[result.name] = given + 1
                self._say(hints=[*self._state["hints"], result.hints[given]], note="")
                return result.hints[given]
        return self._noted(words()["no_more_hints"])

    def reset(self) -> None:
        """Put the starter back; what was there is kept beside it."""
        kept = ", ".join(exercises.reset(self.exercise))
        if self._editor:
            self._editor.look()
        self.report, self._given = None, {}
        self._say(status="", verdict="", hints=[], solution="", note=words()["reset_done"].format(kept=kept or "–"))

    def solution(self) -> str:
        """The reference answer, once the exercise has been passed."""
        if not self._passed:
            raise CellError("The solution is shown after the exercise has been passed.", "%hint gives the next hint.")
        text = exercises.solution(self.exercise)
        self._say(solution=text)
        return text

    def cancel(self) -> None:
        """Stop a check that runs."""
        self._cancel.set()

    def ended(self, seconds: float) -> bool:
        """Whether no check runs, after at most `seconds`."""
        return self._idle.wait(seconds)

    def settle(self) -> None:
        """Nothing of a lesson waits for a check."""

    def _pressed(self, _widget: object, message: Any, _buffers: object) -> None:
        asked = message.get("do") if isinstance(message, dict) else None
        if asked == "check":
            threading.Thread(target=self._quietly, args=(self._save_and_check,), name="check", daemon=True).start()
        elif asked == "cancel":
            self.cancel()
        elif asked in ("hint", "reset", "solution"):
            self._quietly(getattr(self, asked))

    def _save_and_check(self) -> None:
        if self._editor:
            self._editor.save_draft()
        self.check()

    def _quietly(self, action: Any) -> None:
        try:
            action()
        except DrydockError as error:
            self._say(note=str(error))

    def _noted(self, sentence: str) -> str:
        self._say(note=sentence)
        return sentence

    def _say(self, **changes: Any) -> None:
        self._state = {**self._state, **changes}  # type: ignore[typeddict-item]
        if self._shown:
            self._shown.widget.state = dict(self._state)
            self._shown.renew(*self._twins())

    def _twins(self) -> tuple[str, str]:
        verdict = text(self.report) if self.report else ""
        return panel_twin.text(self._state, verdict), panel_twin.html(self._state)


def given_files(folder: Path, asked: str) -> list[GivenFile]:
    """The files in the learner's folder that the exercise comes with, without the one that is asked for."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and ".before" not in path.name]
    return [
        {"name": name, "size": size(path.stat().st_size), "text": _short_text(path)}
        for path in paths[:FILES_MOST]
        if (name := path.relative_to(folder).as_posix()) != asked
    ]


def _short_text(path: Path) -> str:
    try:
        data = path.read_bytes() if path.stat().st_size <= TEXT_MOST else b""
        return "" if b"\0" in data else data.decode()
    except (OSError, UnicodeDecodeError):
        return ""
