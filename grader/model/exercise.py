"""An exercise as values: what is asked for, what is checked, and within which limits."""

from __future__ import annotations

from typing import Literal

import msgspec

SubmissionKind = Literal["dockerfile", "image", "answers"]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a submission may use: seconds and bytes."""

    build_seconds: float = 300.0
    run_seconds: float = 30.0
    context_bytes: int = 100_000_000
    archive_bytes: int = 500_000_000
    output_bytes: int = 1_000_000
    memory_bytes: int = 536_870_912
    processes: int = 256


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each build of a submission is given: build arguments, and secrets by id, each a file of files/."""

    arguments: dict[str, str] = msgspec.field(default_factory=dict)
    secrets: dict[str, str] = msgspec.field(default_factory=dict)


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an exercise can set of a check; a check with parameters subclasses it."""


class ExerciseCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One check of an exercise: its name, its points, its parameters as exercise.toml gives them, its hints.

    Of a `withheld` one the learners of a class are told the points, and nothing of what it looks at and saw.
    """

    name: str
    points: float
    parameters: dict[str, object] = msgspec.field(default_factory=dict)
    hints: tuple[str, ...] = ()
    withheld: bool = False


class Exercise(msgspec.Struct, frozen=True, kw_only=True):
    """One folder of exercises/: `folder` is its path, `task` the text of task.md, `minutes` how long it takes.

    `teaches` names the instructions that it is about, `submission` says what is handed in: a Dockerfile, an image
    archive, or a file of answers. With `profile` the report says how many points each of the thirteen practices earned.
    `variants` has the values that a learner's may be drawn from, by parameter; the folder holds the first of each.
    """

    name: str
    folder: str
    title: str
    lesson: str
    practice: str
    minutes: int
    bases: tuple[str, ...]
    checks: tuple[ExerciseCheck, ...]
    teaches: tuple[str, ...] = ()
    submission: SubmissionKind = "dockerfile"
    profile: bool = False
    limits: Limits = Limits()
    build: BuildOptions = BuildOptions()
    variants: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    task: str = ""

    @property
    def max_score(self) -> float:
        """The points of all checks together."""
        return sum(check.points for check in self.checks)

    @property
    def withheld(self) -> tuple[str, ...]:
        """The names of the checks of which learners are told the points only."""
        return tuple(check.name for check in self.checks if check.withheld)


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed in, copied into a clean folder of ours: `context` is that folder, `source` what the user named.

    `dockerfile` is the Dockerfile's path inside the context, `text` its bytes as handed in; `files` counts the files
    and `bytes` their sizes.
    """

    source: str
    context: str
    dockerfile: str
    text: bytes
    files: int = 0
    bytes: int = 0


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was handed in: `path` is our own copy, `source` what the user named, `name` the file's own name.

    `folder` is where it lay: what belongs to it lies there too.
    """

    source: str
    path: str
    name: str
    folder: str
    bytes: int = 0
