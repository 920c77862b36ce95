"""A build of another kind on a real engine: one stage alone, with an argument, a file and a secret of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader import dockerfile, exercise
from grader.engine.client import Engine
from grader.engine.runs import LABEL, new_run
from grader.model import BuildWith, Files, Run, Submission
from grader.observe import buildwith
from grader.observe.bench import Bench, Looked, build_as_asked
from tests.conftest import BUSYBOX, Engines

pytestmark = pytest.mark.engine

REPORT = exercise.load(Path(__file__).parents[1] / "hostile/exercise")
TEXT = b"""FROM busybox:1.37 AS tools
ARG WORD=none
COPY given /given
RUN echo $WORD > /word && cat /given
FROM busybox:1.37 AS other
RUN touch /other
FROM busybox:1.37
COPY --from=tools /word /last
CMD ["cat", "/last"]
"""
LOOK = Files(paths=("/word", "/other", "/last"), contents=True)


@pytest.fixture
def bench(all_engines: Engines, tmp_path: Path) -> Iterator[Bench]:
    engine: Engine = all_engines.with_bases("graph", BUSYBOX)
    labels = {LABEL: new_run()}
    (tmp_path / "given").write_text("before\n")
    parsed = dockerfile.parse(TEXT)
    build = build_as_asked(engine, REPORT, tmp_path, TEXT, parsed, labels=labels, cancel=threading.Event())
    assert build.ok, build.failure

    def looked() -> Looked:
        raise AssertionError("the first image is asked for")

    with Bench(
        engine=engine,
        exercise=msgspec.structs.replace(REPORT, name="buildwith"),
        submission=Submission(source="s", context=str(tmp_path), dockerfile="Dockerfile", text=TEXT),
        dockerfile=parsed,
        text=TEXT,
        build=build,
        looked=looked,
        probes=(),
        cancel=threading.Event(),
        labels=labels,
    ) as made:
        yield made
    engine.remove_labelled(labels)


def test_one_stage_alone(bench: Bench) -> None:
    probe = BuildWith(
        arguments=(("WORD", "word-{nonce}"),),
        files=(("given", "given {nonce}\n"),),
        target="tools",
        run=Run(entrypoint="cat", arguments=("/word",)),
        look=LOOK,
    )
    seen = buildwith.see(bench, probe)
    assert seen.build.ok, seen.build.failure
    assert seen.nonce
    assert {step.stage for step in seen.build.steps} == {"tools"}
    assert seen.build.steps[-1].output == f"given {seen.nonce}\n"
    assert seen.look is not None
    assert seen.look.contents == {"/word": f"word-{seen.nonce}\n"}
    assert seen.run is not None
    assert seen.run.stdout == f"word-{seen.nonce}\n"
    assert (bench.context / "given").read_text() == "before\n"


def test_without_a_target_it_is_the_last_stage(bench: Bench) -> None:
    seen = buildwith.see(bench, BuildWith(arguments=(("WORD", "two"),), look=LOOK, run=Run()))
    assert seen.look is not None
    assert seen.look.contents == {"/last": "two\n"}
    assert seen.run is not None
    assert seen.run.stdout == "two\n"
    assert not any(step.command.startswith("RUN touch") for step in seen.build.steps)


def test_a_stage_that_is_not_there_fails_the_build(bench: Bench) -> None:
    seen = buildwith.see(bench, BuildWith(target="none", run=Run()))
    assert not seen.build.ok
    assert seen.run is None
