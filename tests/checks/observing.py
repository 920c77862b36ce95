"""Observations made by hand: what a build, an image and its probes would have shown, as far as one check looks."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from grader import checks, dockerfile
from grader.model import AnyProbe, AnySeen, Build, Image, Observation, Probed, Verdict
from grader.model.image import ImageConfig

BUILT = Build(builder="buildkit", image="sha256:1", seconds=1.0)


def observation(
    text: str = "FROM debian:trixie-slim\n",
    *,
    config: ImageConfig | None = None,
    build: Build = BUILT,
    probed: Mapping[AnyProbe, AnySeen] | None = None,
) -> Observation:
    """An observation of the Dockerfile `text`, of an image with `config`, and of these answers to probes."""
    return Observation(
        exercise="00-x",
        submission="s",
        dockerfile=dockerfile.parse(text.encode()),
        build=build,
        image=Image(id="1", config=config or ImageConfig()),
        probed=tuple(Probed(probe=probe, seen=seen) for probe, seen in (probed or {}).items()),
    )


def judged(name: str, seen: Observation, **parameters: object) -> Verdict:
    """The verdict of the check `name`, its parameters given as in exercise.toml."""
    check = checks.load(name)
    return check.verdict(seen, msgspec.convert(parameters, check.parameters))


def complete(verdict: Verdict) -> bool:
    """Whether a failed verdict says what was seen, what was expected and where to look, without an exclamation mark."""
    words = " ".join([verdict.seen, verdict.expected, *verdict.hints])
    return bool(verdict.seen and verdict.expected and verdict.hints) and "!" not in words
