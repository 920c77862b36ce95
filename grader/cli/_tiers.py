"""The isolation that a command is asked for: the engines that give it, and one submission graded in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.batch.engines import Engines, Shared, throwaway
from grader.cli._session import Session
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.find import find_or_start
from grader.engine.places import EngineAddress
from grader.model import Exercise, Observation, Report
from grader.model.tier import Tier
from grader.pipeline import Watcher, check


@contextmanager
def engines(opened: Session, tier: Tier, jobs: int, bases: tuple[str, ...]) -> Iterator[Callable[[], Engines]]:
    """The engines of `tier` for `jobs` gradings at a time of exercises with these base images.

    Raises NoEngineError where this machine cannot give that isolation: it is never lowered.
    """
    if tier == "trusted":
        from grader.litter import reap

        try:
            reap(opened.engine, opened.places, opened.shown.say)
        finally:
            opened.close()

        def shared() -> Engines:
            # Anew for each round of gradings: the engine may have died, or somebody removed its images.
            address = find_or_start(opened.places, os.environ, opened.shown.say)
            ensure(address, opened.places, bases, opened.shown.say)
            return Shared(address)

        yield shared
        return
    with throwaway(tier, opened.places, _with_bases(opened), opened.shown.say, jobs=jobs) as found:
        yield lambda: found


def graded(opened: Session, exercise: Exercise, path: Path, tier: Tier) -> tuple[Report, Observation]:
    """Grade what lies at `path` in the isolation `tier`; raises as `check` and `engines` do.

    A fault of the machine is met with one more try: in a fresh engine where each submission has its own, and else in
    the one that is found, or started, when it is asked for anew. Where there was none there is none to try again in.
    """
    if tier == "trusted":
        report, seen = opened.check(exercise, path)
        if report.status != "not_judged" or not opened.has_engine:
            return report, seen
        opened.shown.say("The machine was at fault; once more.")
        opened.forget()
        return opened.check(exercise, path)
    with engines(opened, tier, 1, exercise.bases) as found:
        source = found()
        for _ in range(source.tries - 1):
            report, seen = _once(opened, exercise, path, tier, source)
            if report.status != "not_judged":
                return report, seen
            opened.shown.say("The machine was at fault; once more in a fresh engine.")
        return _once(opened, exercise, path, tier, source)


def _once(opened: Session, exercise: Exercise, path: Path, tier: Tier, source: Engines) -> tuple[Report, Observation]:
    used: list[Engine] = []

    def engine() -> Engine:
        used.append(Engine(source.prepare(exercise.bases).result()))
        return used[0]

    try:
        return check(exercise, path, engine, Watcher(say=opened.shown.say, on_event=opened.shown.on_event), tier=tier)
    finally:
        for one in used:
            one.close()
            source.give_back(one.address)


def _with_bases(opened: Session) -> Callable[[tuple[str, ...]], EngineAddress]:
    def shared(names: tuple[str, ...]) -> EngineAddress:
        opened.bases(names)
        return opened.address

    return shared
