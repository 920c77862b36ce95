"""Judging the text of a Dockerfile of fifty lines, with nothing built: beside a process of hadolint."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cases._fifty import FIFTY
from benchmarks.lab import Lab, calls, process
from benchmarks.values import Pair
from grader.dockerfile import parse
from grader.judge import judge
from grader.model import Exercise, ExerciseCheck, Observation

NEEDS = ("peers",)
CHECKS = ("instructions_in_capitals", "base_image_pinned", "adds_only_what_copy_cannot", "entrypoint_in_exec_form")


def run(lab: Lab) -> Iterator[Pair]:
    """Parse, and judge the checks that look at the text."""
    checks = tuple(ExerciseCheck(name=name, points=1) for name in CHECKS)
    exercise = Exercise(
        name="lint", title="lint", lesson="", practice="", minutes=1, bases=(), checks=checks, folder=""
    )
    file = lab.folder / "Dockerfile"
    file.write_bytes(FIFTY)

    def lint() -> object:
        return judge(exercise, Observation(exercise="lint", submission="Dockerfile", dockerfile=parse(FIFTY)))

    yield lab.pair(
        "lint 50 lines, processor time",
        calls(lint, 20, processor=True),
        process([lab.peers.program("hadolint"), "--no-fail", "--config=/dev/null", file], processor=True),
        against="a hadolint process",
        rounds=15,
        most_ours=0.002,
        most_ratio=0.1,
    )
