"""Builds on both engines: what they tell while they run and what they come to."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from builds import BUILDERS, BUSYBOX, FROM, LIMITS, build, running

from grader.engine.client import Engine
from grader.errors import EngineError
from grader.model.build import Builder, BuildEvent, ContainerSeen, StepEnded, StepOutput, StepStarted

pytestmark = pytest.mark.engine


STAGES = f"""ARG TAG=1.37
FROM busybox:${{TAG}} AS first
COPY a.txt /
RUN echo hello; echo err >&2

FROM {BUSYBOX}
ENV A=b
WORKDIR /w
COPY --from=first /a.txt b.txt
RUN printf 'x\\377y\\n'
CMD ["sh"]
"""


def test_buildkit_steps(engine: Engine, context: Path, labels: dict[str, str], temporary: Path) -> None:
    events: list[BuildEvent] = []
    built = build(engine, context, STAGES, labels=labels, no_cache=True, on_event=events.append)
    assert built.ok
    assert [(step.stage, step.line, step.command.split()[0]) for step in built.steps] == [
        ("first", 3, "COPY"),
        ("first", 4, "RUN"),
        ("stage-1", 8, "WORKDIR"),
        ("stage-1", 9, "COPY"),
        ("stage-1", 10, "RUN"),
    ]
    assert sorted(built.steps[1].output.split()) == ["err", "hello"]
    assert built.steps[4].output == "x\\xffy\n"
    assert built.context_bytes > 0
    assert len([event for event in events if isinstance(event, StepStarted)]) == 5
    assert engine.inspect(built.image)["Config"]["WorkingDir"] == "/w"
    assert engine.labelled_images(labels)
    assert list(temporary.iterdir()) == []


def test_classic_steps(engine: Engine, context: Path, labels: dict[str, str], temporary: Path) -> None:
    events: list[BuildEvent] = []
    built = build(engine, context, STAGES, labels=labels, no_cache=True, on_event=events.append, builder="classic")
    assert built.ok
    assert [(step.stage, step.line, step.command.split()[0]) for step in built.steps] == [
        ("first", 3, "COPY"),
        ("first", 4, "RUN"),
        ("stage-1", 7, "ENV"),
        ("stage-1", 8, "WORKDIR"),
        ("stage-1", 9, "COPY"),
        ("stage-1", 10, "RUN"),
        ("stage-1", 11, "CMD"),
    ]
    assert sorted(built.steps[1].output.split()) == ["err", "hello"]
    containers = [event for event in events if isinstance(event, ContainerSeen) and event.container]
    assert {event.container for event in containers if event.removed} == {event.container for event in containers}
    images = [event.image for event in events if isinstance(event, ContainerSeen) and event.image]
    assert len(set(images)) == len(built.steps)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("builder", BUILDERS)
def test_the_second_build_is_cached(engine: Engine, context: Path, labels: dict[str, str], builder: Builder) -> None:
    first = build(engine, context, STAGES, labels=labels, builder=builder)
    second = build(engine, context, STAGES, labels=labels, builder=builder)
    assert second.image == first.image
    assert second.ran == ()
    (context / "a.txt").write_text(f"{time.time()}\n")
    third = build(engine, context, STAGES, labels=labels, builder=builder)
    assert third.ran[0].command == "COPY a.txt /"
    assert [step.line for step in third.steps if step.cached and step.command == "WORKDIR /w"] == [8]


def test_builders_agree(engine: Engine, context: Path, labels: dict[str, str]) -> None:
    text = (
        FROM + 'ENV A=b\nWORKDIR /w\nCOPY a.txt .\nUSER 1000\nEXPOSE 80\nRUN id\nENTRYPOINT ["sh"]\nCMD ["-c", "id"]\n'
    )
    one, other = (
        engine.inspect(build(engine, context, text, labels=labels, builder=builder).image)["Config"]
        for builder in BUILDERS
    )
    for key in ("Env", "WorkingDir", "User", "ExposedPorts", "Entrypoint", "Cmd"):
        assert one[key] == other[key], key


def test_remarks(engines: dict[str, Engine], context: Path) -> None:
    built = build(engines["graph"], context, FROM + "CMD echo hi\n")
    assert [(remark.line, remark.text.split(":")[0]) for remark in built.remarks] == [(2, "JSONArgsRecommended")]


def test_no_network_unless_asked(engine: Engine, context: Path, labels: dict[str, str]) -> None:
    built = build(engine, context, FROM + "RUN ls /sys/class/net", labels=labels, no_cache=True)
    assert built.steps[0].output.split() == ["lo"]


@pytest.mark.parametrize("builder", BUILDERS)
def test_options(engine: Engine, context: Path, labels: dict[str, str], builder: Builder) -> None:
    (context / "sub").mkdir()
    text = FROM.replace("\n", " AS one\n") + "ARG V=1\nRUN echo v$V\nFROM one\nRUN exit 1\n"
    (context / "sub" / "Other").write_text(text)
    names = ("drydock-test/tagged:1", "drydock-test/tagged:2")
    built = engine.build(
        context,
        dockerfile="sub/Other",
        tags=names,
        build_args={"V": "7"},
        target="one",
        labels=labels,
        builder=builder,
        no_cache=True,
        **LIMITS,
    )
    assert built.ok
    assert built.steps[-1].output == "v7\n"
    assert {engine.inspect(name)["Id"] for name in names} == {built.image}


def test_output_is_cut_at_both_ends(engine: Engine, context: Path, labels: dict[str, str]) -> None:
    text = FROM + "RUN echo begin; yes | head -c 100000; echo end"
    for builder in BUILDERS:
        events: list[BuildEvent] = []
        built = build(
            engine,
            context,
            text,
            output_bytes=10_000,
            builder=builder,
            labels=labels,
            no_cache=True,
            on_event=events.append,
        )
        (step,) = (step for step in built.steps if step.command.startswith("RUN"))
        assert step.output.startswith("begin\ny\n")
        assert step.output.endswith("y\nend\n")
        assert "characters left out" in step.output
        assert len(step.output) < 11_000
        assert sum(len(event.text) for event in events if isinstance(event, StepOutput)) < 150_000


def test_a_flood_ends_the_build(engine: Engine, context: Path) -> None:
    built = build(engine, context, FROM + "RUN yes drydock-flood", output_bytes=1000, builder="classic", no_cache=True)
    assert built.failure is not None
    assert built.failure.cause == "output"
    assert running("yes drydock-flood") == []


def test_events_tell_of_a_failure(engine: Engine, context: Path) -> None:
    for builder in BUILDERS:
        events: list[BuildEvent] = []
        build(engine, context, FROM + "RUN exit 3", builder=builder, on_event=events.append)
        (ended,) = (event for event in events if isinstance(event, StepEnded))
        assert ended.error


def test_no_engine(tmp_path: Path, engines: dict[str, Engine], context: Path) -> None:
    address = msgspec.structs.replace(engines["graph"].address, host=f"unix://{tmp_path}/nothing.sock")
    nothing = Engine(address)
    assert not nothing.alive()
    for builder in BUILDERS:
        with pytest.raises(EngineError):
            nothing.build(context, dockerfile=FROM.encode(), builder=builder, **LIMITS)
    with pytest.raises(EngineError):
        nothing.facts()


def test_the_client_is_light() -> None:
    code = "import sys, grader.engine.client; print(sorted({'docker', 'requests', 'urllib3'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


LINES = f"""FROM drydock-test/onbuild AS x
COPY <<EOF <<OTHER /d/
hi
EOF
two
OTHER
SHELL ["/bin/sh", "-ec"]
RUN --mount=type=cache,target=/c echo a
COPY --link a.txt /l
FROM {BUSYBOX} AS y
run echo lower
WORKDIR rel
FROM x
COPY --from=y --chmod=644 rel /rel
RUN exit 3
"""


def test_lines(engine: Engine, context: Path) -> None:
    base = build(
        engine, context, FROM + "ONBUILD RUN echo onbuild\nONBUILD COPY a.txt /o\n", tags=["drydock-test/onbuild"]
    )
    built = build(engine, context, LINES)
    engine.remove_image("drydock-test/onbuild")
    assert base.ok
    lines = [(step.line, step.command.removeprefix("ONBUILD ").split()[0]) for step in built.steps]
    first = [(1, "RUN"), (1, "COPY"), (2, "COPY"), (8, "RUN"), (9, "COPY")]
    assert lines == [*first, (11, "RUN"), (12, "WORKDIR"), (14, "COPY"), (15, "RUN")]
    assert built.failure is not None
    assert built.failure.line == 15
