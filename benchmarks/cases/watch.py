"""A verdict after a save: in `drydock watch` and in a notebook, beside the same docker commands in a shell script."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cases.check import floor, laid
from benchmarks.lab import ROOT, Lab, Measure, NoMeasurementError, calls, python, usual_environment
from benchmarks.values import Pair
from grader import exercise as exercises
from grader.cli._loop import HELP

NEEDS = ("engine",)
EXERCISES = ("00-hello", "02-first-dockerfile")
LONGEST = 120.0


def run(lab: Lab) -> Iterator[Pair]:
    """The reference answers of two exercises, everything in the cache; a comment of the Dockerfile is what changes."""
    from labkit.exercises import grade

    os.environ.update({name: value for name, value in lab.docker.items() if name.startswith("DOCKER_")})
    for name in EXERCISES:
        context = lab.folder / "work" / name
        laid(context, name)
        script, against = floor(lab, name, context), "the same docker commands in a shell script"
        with watching(name, context) as saved:
            yield lab.pair(f"a save in `watch {name}`", saved, script, against=against, rounds=7, most_over=0.2)
        wanted = exercises.load(ROOT / "exercises" / name)
        noted = calls(lambda wanted=wanted, context=context: grade(wanted, path=context))  # type: ignore[misc]
        yield lab.pair(f"**Check** in a notebook, {name}", noted, script, against=against, rounds=7, most_over=0.2)


@contextmanager
def watching(name: str, folder: Path) -> Iterator[Measure]:
    """A measure of the seconds from saving the Dockerfile in `folder` to the end of what `watch` says of it."""
    env = usual_environment() | {"DRYDOCK_WORK": str(folder.parent)}
    words = python("-m", "grader", "watch", name)
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:

        def told() -> None:
            """Wait for the next line that tells the keys: it stands below each verdict."""
            limit = time.monotonic() + LONGEST
            assert process.stdout
            for line in process.stdout:
                if line.rstrip() == HELP:
                    return
                if time.monotonic() > limit:
                    break
            raise NoMeasurementError(f"watch {name} gave no verdict")

        def save() -> float:
            began = time.perf_counter()
            with (folder / "Dockerfile").open("a", encoding="utf-8") as file:
                file.write("# saved\n")
            told()
            return time.perf_counter() - began

        try:
            told()
            told()
            yield save
        finally:
            process.kill()
