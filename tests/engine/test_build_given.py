"""What a build is given beside its files: build arguments and secrets, on both engines."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from builds import BUILDERS, FROM, build

from grader.engine.client import Engine
from grader.errors import UsageError
from grader.model.build import Builder

pytestmark = pytest.mark.engine

READS = FROM + "RUN --mount=type=secret,id=token,required=true sleep 1; echo got $(cat /run/secrets/token)\n"


@pytest.mark.parametrize("builder", BUILDERS)
def test_a_build_argument_reaches_the_step(
    engine: Engine, context: Path, labels: dict[str, str], builder: Builder
) -> None:
    text = FROM + "ARG A=one\nRUN echo got $A\n"
    given = {"A": "two words"}
    built = build(engine, context, text, labels=labels, build_args=given, builder=builder, no_cache=True)
    assert built.steps[-1].output == "got two words\n"


def test_a_secret_reaches_the_step_and_no_file_of_ours_is_left(
    engine: Engine, context: Path, labels: dict[str, str], temporary: Path
) -> None:
    built = build(engine, context, READS, labels=labels, secrets={"token": b"dock_1"}, no_cache=True)
    assert built.steps[-1].output == "got dock_1\n"
    assert list(temporary.iterdir()) == []


def test_a_secret_that_is_not_given_fails_the_build(engine: Engine, context: Path, labels: dict[str, str]) -> None:
    built = build(engine, context, READS, labels=labels, no_cache=True)
    assert built.failure is not None
    assert built.failure.line == 2


def test_builds_at_the_same_time_do_not_get_each_other_s_secrets(
    engine: Engine, context: Path, labels: dict[str, str]
) -> None:
    # The engine's cache outlives the tests: a step that it knows from an earlier run would print nothing.
    run = uuid.uuid4().hex[:8]

    def output(value: str) -> str:
        given = {"token": value.encode()}
        unique = f"build-{value}-{run}"
        return build(engine, context, READS, labels=labels, secrets=given, unique=unique).steps[-1].output

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(output, ["one", "two"])) == ["got one\n", "got two\n"]
    assert output("three") == "got three\n"


@pytest.mark.parametrize("given", [{"secrets": {"token": b"x"}}, {"unique": "x"}])
def test_the_classic_builder_knows_no_secrets(engine: Engine, context: Path, given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        build(engine, context, FROM, builder="classic", **given)
