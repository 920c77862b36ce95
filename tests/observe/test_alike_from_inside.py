"""What a build step can see of a grading: builds look alike, and no cache mount is shared with another grading."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader import dockerfile, exercise
from grader.engine.client import Engine
from grader.engine.places import Seal
from grader.engine.runs import LABEL, new_run
from grader.model import Build, BuildFailure, Child
from grader.observe import Bench, build_as_asked, child
from grader.observe.bench import Given
from tests.conftest import BUSYBOX, Engines

ONBUILD = exercise.find(exercise.exercises_folder(), "04-onbuild")
NAMESPACE = "BUILDKIT_CACHE_MOUNT_NS"


class Asked:
    """An engine that notes how it is asked for builds."""

    def __init__(self, seal: Seal | None) -> None:
        self.address = SimpleNamespace(seal=seal)
        self.builds: list[dict[str, Any]] = []

    def build(self, _: Path, **asked: Any) -> Build:
        self.builds.append(asked)
        return Build(builder="buildkit", image="", failure=BuildFailure(cause="step", message="tried no further"))

    def tag(self, *_: str) -> None:
        pass


def asked(seal: Seal | None, labels: dict[str, str], tmp_path: Path) -> list[dict[str, Any]]:
    """How a first build, one that has to run its steps anew, and one of a child are asked for."""
    engine = Asked(seal)
    text = f"FROM {BUSYBOX}\n".encode()
    for given in (Given(), Given(unique="a1")):
        build_as_asked(
            cast(Engine, engine),
            ONBUILD,
            tmp_path,
            text,
            dockerfile.parse(text),
            labels=labels,
            cancel=threading.Event(),
            given=given,
        )
    child.see(bench(cast(Engine, engine), "sha256:1", labels), Child(context="children/with-words"))
    return engine.builds


def bench(engine: Engine, image: str, labels: dict[str, str]) -> Bench:
    made = SimpleNamespace(
        engine=engine,
        exercise=ONBUILD,
        build=Build(builder="buildkit", image=image),
        labels=labels,
        cancel=threading.Event(),
        nonce=Bench.nonce,
    )
    return cast(Bench, made)


def test_cache_mounts_are_a_grading_s_own_by_a_word_that_tells_nothing(tmp_path: Path) -> None:
    words = []
    for run in (new_run(), new_run()):
        found = [one["build_args"][NAMESPACE] for one in asked(None, {LABEL: run}, tmp_path)]
        assert len(found) == 3
        words += set(found)
        assert not any(part in found[0] for part in run.split("-"))
    assert len(set(words)) == 2
    assert all(len(word) == 16 and set(word) <= set("0123456789abcdef") for word in words)


def test_in_an_engine_of_its_own_a_step_sees_the_same_in_every_build(tmp_path: Path) -> None:
    builds = asked(Seal(), {LABEL: new_run()}, tmp_path)
    assert [(one.get("unique", ""), one["build_args"]) for one in builds] == [("", {})] * 3
    assert [one.get("no_cache", False) for one in builds] == [False, True, False]


@pytest.mark.engine
def test_a_child_does_not_see_what_another_grading_s_child_has_left(all_engines: Engines, tmp_path: Path) -> None:
    engine = all_engines.with_bases("graph", BUSYBOX)
    mark = Bench.nonce()
    for _ in range(2):
        labels = {LABEL: new_run()}
        step = f"ONBUILD RUN --mount=type=cache,id={mark},target=/c ls /c; touch /c/left"
        # Another ENV each time, so that the step runs and is not taken from the cache.
        text = f"FROM {BUSYBOX}\nENV A={Bench.nonce()}\n{step}\n".encode()
        try:
            parent = engine.build(tmp_path, dockerfile=text, labels=labels, seconds=60, output_bytes=1000)
            seen = child.see(bench(engine, parent.image, labels), Child(context="children/with-words")).build
            (ran,) = (step for step in seen.steps if mark in step.command)
            assert (ran.cached, ran.output) == (False, ""), seen
        finally:
            engine.remove_labelled(labels)
