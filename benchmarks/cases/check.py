"""`drydock check`: beside a shell script with the same docker commands, each once and one after another (the floor)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.lab import ROOT, Lab, Measure, process, python
from benchmarks.values import Pair

NEEDS = ("engine",)

SCRIPT = """
set -eu
docker image inspect {base} >/dev/null
docker buildx build --quiet --network=none --provenance=false --iidfile={folder}/id {context} >/dev/null 2>&1
id=$(cat {folder}/id)
docker save "$id" >/dev/null
{looks}
docker image rm --force "$id" >/dev/null
"""
SERVED = """
name=$(docker run --detach --publish 127.0.0.1::8080 "$id")
{ask} "$(docker port "$name" 8080)" /healthz /time
docker stop "$name" >/dev/null
docker rm --volumes "$name" >/dev/null
"""
LOOKS = {
    "00-hello": 'docker run --rm --network=none "$id" >/dev/null',
    "02-first-dockerfile": 'docker run --rm --network=none "$id" --version >/dev/null' + SERVED,
}
BASES = {"00-hello": "busybox:1.37", "02-first-dockerfile": "debian:trixie-slim"}


def run(lab: Lab) -> Iterator[Pair]:
    """The reference answers of two exercises, everything in the cache: one that prints, one that serves."""
    for exercise in LOOKS:
        context = lab.folder / exercise
        laid(context, exercise)
        yield lab.pair(
            f"`drydock check {exercise}`",
            process(python("-m", "grader", "check", exercise, str(context), "--json")),
            floor(lab, exercise, context),
            against="the same docker commands in a shell script",
            rounds=7,
            most_ratio=1.25,
            most_over=0.35,
        )


def floor(lab: Lab, exercise: str, context: Path) -> Measure:
    """What the docker commands of a check take by themselves, in a shell script."""
    env = {**lab.docker, "PATH": f"{Path(lab.address.docker).parent}:{lab.docker['PATH']}:{os.defpath}"}
    ask = f"{python()[0]} -S {Path(__file__).with_name('_ask.py')}"
    script = SCRIPT.format(
        base=BASES[exercise], folder=lab.folder, context=context, looks=LOOKS[exercise].replace("{ask}", ask)
    )
    return process(["sh", "-c", script], env=env)


def laid(context: Path, exercise: str) -> None:
    """Make `context` the reference answer with the files that the exercise gives."""
    context.mkdir(parents=True)
    for part in ("files", "solution"):
        for path in sorted((ROOT / "exercises" / exercise / part).rglob("*")):
            target = context / path.relative_to(ROOT / "exercises" / exercise / part)
            if path.is_dir():
                target.mkdir(exist_ok=True)
            else:
                target.write_bytes(path.read_bytes())
                target.chmod(path.stat().st_mode & 0o777)
