# ruff: noqa: T201  what a magic says is the output of its cell
"""The magics: %lesson, %exercise, %%dockerfile, %check, %points, %hint, %solution; and errors as messages."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.display import Markdown, display

from grader import dockerfile as dockerfiles
from grader.engine.room import room_of
from grader.errors import DockerfileError, DrydockError
from labkit import exercises
from labkit.after import after_cell, before_cell
from labkit.errors import CellError
from labkit.needs import as_given, first_run
from labkit.panel import ExercisePanel
from labkit.places import course, my_work, shown
from labkit.room import disk_line, disk_of
from labkit.session import the_session
from labkit.verdict import shown_report
from labkit.words import words


@magics_class
class LabMagics(Magics):
    """What `%load_ext labkit` adds to a notebook."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._panels: dict[str, ExercisePanel] = {}

    @line_magic
    def lesson(self, line: str) -> None:
        """`%lesson NAME`: begin a lesson: its folder, its engine, its base images."""
        name, say = line.strip(), words()
        source = course() / "lessons" / f"{name}.md"
        if not source.is_file():
            raise CellError(say["no_lesson"].format(name=name), say["no_lesson_do"])
        session = the_session()
        session.begin_anew()
        session.stop()
        session.lesson = name
        folder = my_work() / "lessons" / name
        folder.mkdir(parents=True, exist_ok=True)
        assert self.shell is not None
        self.shell.run_line_magic("cd", f"-q {folder}")
        engine = session.engine
        session.remove_made()
        facts = engine.facts()
        whose = say["engine_own" if engine.address.private else "engine_machine"]
        print(say["engine_line"].format(version=facts.version, store=facts.store, whose=whose))
        text = source.read_text("utf-8")
        print(disk_line(disk_of(text), room_of(engine.address)))
        needed = bases_of(text)
        if needed:
            _have(needed)
            print(say["bases_line"].format(names=", ".join(needed)))
        print(say["works_in"].format(folder=shown_from_home(folder)))

    @line_magic
    def exercise(self, line: str) -> None:
        """`%exercise NAME`: the task, and the panel with its buttons."""
        panel = self._panel(line)
        _display(Markdown(panel.exercise.task))  # type: ignore[no-untyped-call]
        panel.show()

    @cell_magic
    def dockerfile(self, line: str, cell: str) -> None:
        """`%%dockerfile NAME`: save the cell as a Dockerfile and read it as the builder would.

        NAME is an exercise, or a path from where the notebook works (a folder, or the file itself).
        """
        name, say = line.strip(), words()
        if not name:
            raise CellError(say["dockerfile_needs_name"])
        if exercises.is_exercise(name):
            path = exercises.folder_of(exercises.find(name)) / "Dockerfile"
        else:
            path = Path(name) / "Dockerfile" if Path(name).is_dir() else Path(name)
            if not path.parent.is_dir():
                hint = first_run(the_session().lesson, str(path.parent))
                raise CellError(say["no_folder"].format(folder=path.parent), hint)
        the_session().settle()
        if exercises.is_exercise(name) and exercises.is_changed(name):
            if as_given(the_session().lesson, line, cell):
                print(say["left_as_it_is"].format(file=shown(path)))
                return
            if path.read_text("utf-8", errors="replace") != cell:
                exercises.keep_aside(path)
        path.write_text(cell, "utf-8")
        print(say["saved_as"].format(file=shown(path)))
        for finding in findings(cell):
            print(finding)

    @line_magic
    def check(self, line: str) -> None:
        """`%check NAME [PATH]`: grade what lies in the learner's folder of the exercise, or at PATH."""
        name, _, path = line.strip().partition(" ")
        _display(shown_report(self._panel(name).check(Path(path.strip()).absolute() if path.strip() else None)))

    @line_magic
    def task(self, line: str) -> None:
        """`%task NAME FOLDER`: the task with the learner's own values, and the files in FOLDER brought in line.

        A file that is still as everybody has it gets the learner's values; one that was changed stays as it is.
        """
        name, _, folder = line.strip().partition(" ")
        found = exercises.find(name)
        for path in exercises.bring_in_line(found, Path(folder.strip() or ".").absolute()):
            print(words()["has_your_values"].format(file=path))
        _display(Markdown(found.task))  # type: ignore[no-untyped-call]

    @line_magic
    def points(self, line: str) -> None:
        """`%points NAME CHECK`: what the last `%check` of an exercise came to for one check; an error where it failed.

        The cells with points of an assignment hold it, so that nbgrader's own Validate says what is true.
        """
        name, _, wanted = line.strip().partition(" ")
        say = words()
        report = self._panel(name).report
        if report is None:
            raise CellError(say["nothing_checked"], say["nothing_checked_do"].format(name=name))
        found = next((one for one in report.checks if one.name == wanted.strip()), None)
        if found is None:
            raise CellError(say["no_such_check"].format(check=wanted.strip(), exercise=report.exercise))
        points = f"{say['points_of'].format(score=f'{found.points:g}', most=f'{found.max_points:g}')} {say['points']}"
        if found.status != "passed" and found.applies:
            raise CellError(f"{points}: {found.seen}")
        print(points)

    @line_magic
    def hint(self, line: str) -> None:
        """`%hint NAME`: the next hint for what the last check found."""
        print(self._panel(line).hint())

    @line_magic
    def solution(self, line: str) -> None:
        """`%solution NAME`: the reference answer, after the exercise has been passed."""
        print(self._panel(line).solution())

    def _panel(self, line: str) -> ExercisePanel:
        found = exercises.find(line.strip())
        if found.name not in self._panels:
            self._panels[found.name] = ExercisePanel(found)
        return self._panels[found.name]


def findings(text: str) -> list[str]:
    """What is wrong in the text of a Dockerfile, with its line; one sentence of praise where nothing is."""
    try:
        parsed = dockerfiles.parse(text.encode())
    except DockerfileError as error:
        lines = text.splitlines()
        quoted = [f"    {error.line} │ {lines[error.line - 1]}"] if 0 < error.line <= len(lines) else []
        return [f"✗ {error.what}", *quoted, *([f"  {error.do}"] if error.do else [])]
    counts = _counted(len(parsed.instructions), "instruction"), _counted(len(parsed.stages), "stage")
    return [f"✓ {words()['reads_well'].format(instructions=counts[0], stages=counts[1])}"]


def _display(shown: Any) -> None:
    display(shown)  # type: ignore[no-untyped-call]


def _counted(count: int, word: str) -> str:
    return words()[word if count == 1 else f"{word}s"].format(count=count)


def bases_of(source: str) -> tuple[str, ...]:
    """The base images that a lesson says it needs: `bases:` in the head of its source."""
    found = re.search(r"^  bases: \[(.*)\]$", source, re.MULTILINE)
    return tuple(word.strip() for word in found[1].split(",")) if found else ()


def shown_from_home(folder: Path) -> str:
    """The folder as the file browser shows it: from the course's folder."""
    return str(folder.relative_to(course())) if folder.is_relative_to(course()) else str(folder)


def _have(names: tuple[str, ...]) -> None:
    from grader.engine.bases.ensure import ensure
    from grader.engine.places import Places

    ensure(the_session().engine.address, Places.from_environment(os.environ), names, print)


def load(shell: Any) -> None:
    """Add the magics, and show our errors, and a name that is not there yet, as messages."""
    shell.register_magics(LabMagics)
    shell.set_custom_exc((DrydockError, NameError), _told)
    shell.events.register("pre_run_cell", before_cell)
    shell.events.register("post_run_cell", partial(after_cell, shell))


def _told(shell: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: int | None = None) -> Any:
    if isinstance(error, NameError) and not isinstance(error, DrydockError):
        hint = first_run(the_session().lesson, error.name or "")
        if not hint:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
            return None
        lines = [words()["no_such_yet"].format(name=error.name), f"  {hint}"]
    else:
        lines = str(error).splitlines()
    shell._showtraceback(kind, error, lines)
    return lines
