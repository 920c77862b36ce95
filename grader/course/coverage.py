"""Which instruction and which practice is looked at in which exercise, by which check; and where there is a hole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from grader import checks, dockerfile
from grader.answers import Answer
from grader.course.mutate import DOCKERFILE
from grader.errors import DockerfileError
from grader.model import Exercise
from grader.model.dockerfile import INSTRUCTIONS
from grader.model.practices import PRACTICES

# They look at every instruction alike, which says nothing of any one of them.
GENERAL = frozenset(("builds", "instructions_in_capitals"))


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise that looks at a subject, and the checks with which it does so (none: it only teaches it)."""

    exercise: str
    checks: tuple[str, ...]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """An instruction or a practice: `about` says more; `cells` where it is looked at, in the order of the course."""

    name: str
    about: str = ""
    cells: tuple[Cell, ...] = ()

    @property
    def hole(self) -> str:
        """What is missing; empty where nothing is."""
        if not self.cells:
            return "no exercise"
        return "" if any(cell.checks for cell in self.cells) else "no check of an exercise that teaches it"


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The matrix; `others` are practices of checks beside the thirteen, `idle` the checks that no exercise uses."""

    instructions: tuple[Subject, ...]
    practices: tuple[Subject, ...]
    others: Mapping[str, tuple[str, ...]]
    idle: tuple[str, ...]

    @property
    def holes(self) -> tuple[Subject, ...]:
        """The subjects that are looked at nowhere."""
        return tuple(one for one in (*self.instructions, *self.practices) if one.hole)


def coverage(course: Sequence[tuple[Exercise, tuple[Answer, ...]]]) -> Coverage:
    """The matrix of exercises with their answers.

    A check looks at an instruction where the exercise teaches it (`teaches` in exercise.toml), and either a wrong
    answer fails the check on a line of such an instruction, as its expect.toml says, or the check's page shows that
    instruction. It looks at the practice that it names.
    """
    every = checks.load_all()
    blamed = {exercise.name: _blamed(exercise, answers) for exercise, answers in course}
    instructions = [
        Subject(
            name=name,
            cells=tuple(
                Cell(exercise=exercise.name, checks=tuple(sorted(blamed[exercise.name].get(name, ()))))
                for exercise, _ in course
                if name in exercise.teaches
            ),
        )
        for name in INSTRUCTIONS
    ]
    practices = [
        Subject(name=name, about=about, cells=tuple(_practised(name, [exercise for exercise, _ in course])))
        for name, about in PRACTICES.items()
    ]
    used = {item.name for exercise, _ in course for item in exercise.checks}
    others: dict[str, tuple[str, ...]] = {}
    for check in every.values():
        if check.practice not in PRACTICES:
            others[check.practice] = (*others.get(check.practice, ()), check.name)
    return Coverage(
        instructions=tuple(instructions),
        practices=tuple(practices),
        others=dict(sorted(others.items())),
        idle=tuple(sorted(set(every) - used)),
    )


_FIRST_WORD = re.compile(r"^\s*(?:or\s+)?([A-Z]+)\b", re.MULTILINE)


def _practised(practice: str, course: Sequence[Exercise]) -> Iterator[Cell]:
    for exercise in course:
        names = tuple(item.name for item in exercise.checks if checks.load(item.name).practice == practice)
        if names:
            yield Cell(exercise=exercise.name, checks=names)


def _blamed(exercise: Exercise, answers: Sequence[Answer]) -> dict[str, set[str]]:
    """The checks of an exercise by instruction, as their pages and the lines in expect.toml have it."""
    found: dict[str, set[str]] = {}
    for item in exercise.checks:
        page = checks.load(item.name).sections
        for word in _FIRST_WORD.findall(f"{page.get('Loses the point', '')}\n{page.get('Earns it', '')}"):
            if word in INSTRUCTIONS and item.name not in GENERAL:
                found.setdefault(word, set()).add(item.name)
    for answer in answers if exercise.submission == "dockerfile" else ():
        try:
            parsed = dockerfile.parse((Path(answer.folder) / DOCKERFILE).read_bytes())
        except DockerfileError:
            continue
        for check, line in answer.fails.items():
            for one in parsed.instructions:
                if one.start <= line <= one.end and check not in GENERAL:
                    found.setdefault(one.name, set()).add(check)
    return found


def as_text(found: Coverage) -> str:
    """The matrix for a reader: a line a subject, its exercises and checks under it, the holes at the end."""
    parts = []
    for title, subjects in (("Instructions", found.instructions), ("Practices", found.practices)):
        there = sum(not one.hole for one in subjects)
        parts.append(f"{title}: {there} of {len(subjects)}\n" + "\n".join(_lines(subjects)))
    if found.others:
        rows = (f"  {name:<22} {', '.join(names)}" for name, names in found.others.items())
        parts.append("Practices of checks beside the thirteen\n" + "\n".join(rows))
    if found.idle:
        parts.append("Checks that no exercise uses\n  " + ", ".join(found.idle))
    holes = "\n".join(f"  {one.name:<22} {one.hole}" for one in found.holes)
    parts.append(f"Holes: {len(found.holes)}\n{holes}" if holes else "No hole.")
    return "\n\n".join(parts)


def _lines(subjects: Sequence[Subject]) -> Iterator[str]:
    for one in subjects:
        first = f"  {one.name:<22} "
        for cell in one.cells or (None,):
            yield first + (f"{cell.exercise:<24} {', '.join(cell.checks) or '-'}" if cell else "-")
            first = " " * len(first)
