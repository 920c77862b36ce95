"""BuildKit's stream, recorded from real builds by two versions of buildx, whole and broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.dockerfile import parse
from grader.engine.lines import with_lines
from grader.engine.progress import Progress
from grader.engine.rawjson import Frame, Reader
from grader.model.build import BuildEvent, ContextSent, Step, StepEnded, StepOutput, StepStarted

RECORDED = Path(__file__).parent / "recorded"
VERSIONS = ("buildx-0.13", "buildx-0.29")
STREAMS = sorted(path.name for path in RECORDED.glob("*.txt"))
DOCKERFILE = parse((RECORDED / "stages.Dockerfile").read_bytes())

STEPS = [
    ("build", 2, 5, 4, "WORKDIR /src"),
    ("build", 3, 5, 5, "COPY a.txt ."),
    ("build", 4, 5, 6, "RUN <<EOF (echo hello...)"),
    ("build", 5, 5, 10, 'RUN echo one &&     printf "a\\377b\\n"'),
    ("other", 2, 2, 14, "RUN sleep 0.2; echo par"),
    ("stage-2", 2, 3, 17, "COPY --from=build /src/a.txt /b.txt"),
    ("stage-2", 3, 3, 18, "COPY --from=other /etc/passwd /p"),
]


def read(data: bytes, *, piece: int = 65536, kept: int = 10_000) -> tuple[Progress, list[BuildEvent]]:
    reader, progress, events = Reader(), Progress(kept), []
    for at in range(0, len(data), piece):
        events += [event for item in reader.feed(data[at : at + piece]) for event in progress.take(item)]
    events += [event for item in reader.end() for event in progress.take(item)]
    return progress, events


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


@pytest.mark.parametrize("version", VERSIONS)
def test_steps(version: str) -> None:
    progress, _ = read(recorded(f"stages-{version}.txt"))
    steps = with_lines(progress.steps(whole=True), DOCKERFILE)
    assert [(step.stage, step.number, step.total, step.line, step.command) for step in steps] == STEPS
    outputs = {step.line: step.output for step in steps}
    assert sorted(outputs[6].split()) == ["err", "hello"]
    assert outputs[10] == "one\na\\xffb\n"
    assert steps[4].took > 0.2
    assert progress.context_bytes > 0


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_is_cached_the_second_time(version: str) -> None:
    progress, _ = read(recorded(f"cached-{version}.txt"))
    assert [step.cached for step in progress.steps(whole=True)] == [True] * len(STEPS)


@pytest.mark.parametrize("version", VERSIONS)
def test_events(version: str) -> None:
    _, events = read(recorded(f"stages-{version}.txt"))
    started = {event.id for event in events if isinstance(event, StepStarted)}
    ended = [event.id for event in events if isinstance(event, StepEnded)]
    assert len(started) == len(ended) == len(STEPS)
    assert started == set(ended)
    assert {event.id for event in events if isinstance(event, StepOutput)} <= started
    assert [event.seconds for event in events] == pytest.approx(sorted(event.seconds for event in events), abs=0.1)
    sent = [event.bytes for event in events if isinstance(event, ContextSent)]
    assert sent == sorted(sent)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_failed_step(version: str) -> None:
    progress, _ = read(recorded(f"failed-{version}.txt"))
    _, error, step = progress.failed()
    assert error.endswith("exit code: 7")
    assert step is not None
    assert step.command == "RUN echo hi; echo bad >&2; exit 7"
    assert sorted(step.output.split()) == ["bad", "hi"]
    assert "Dockerfile.f:2\n" in progress.text
    assert "ERROR: " in progress.text


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_pieces_of_any_length(name: str, piece: int) -> None:
    whole, events = read(recorded(name))
    pieces, same = read(recorded(name), piece=piece)
    assert (pieces.steps(whole=False), pieces.text, same) == (whole.steps(whole=False), whole.text, events)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("hello\n", ["hello"]),
        ("no line end", ["no line end"]),
        ("{}\n", [Frame()]),
        ("{\n}\n", [Frame()]),
        ("{}{}\n", [Frame(), Frame()]),
        ('{"vertexes":null}\r\n', [Frame()]),
        ('{"vertexes":7}\n', ['{"vertexes":7}']),
        ("{oops\n{}\n", ["{oops", Frame()]),
        ("{\n  oops\n{}\n", ["{", "  oops", Frame()]),
        ("{\n  oops\n}\n", ["{", "  oops", "}"]),
        ('{"a":' * 5000 + "\n", ['{"a":' * 5000]),
    ],
)
def test_objects_and_text(text: str, items: list[Frame | str]) -> None:
    reader = Reader()
    assert reader.feed(text.encode()) + reader.end() == items


def test_a_flood_is_cut_and_said() -> None:
    name = "sha256:1"
    vertex = {"digest": name, "name": "[2/2] RUN yes", "started": "2026-01-01T00:00:00Z"}
    log = {"vertex": name, "data": "eXl5eXl5eXl5Cg==", "timestamp": "2026-01-01T00:00:01Z"}
    lines = [{"vertexes": [vertex]}, *({"logs": [log]} for _ in range(1000))]
    progress, events = read("".join(json.dumps(line) + "\n" for line in lines).encode(), kept=100)
    assert progress.printed == 10_000
    (step,) = progress.steps(whole=False)
    assert "9,900 characters left out" in step.output
    assert len(step.output) < 200
    assert sum(len(event.text) for event in events if isinstance(event, StepOutput)) < 200


@pytest.mark.parametrize(
    ("text", "step", "line"),
    [
        ("FROM a\nRUN x", Step(command="RUN x", number=2, total=2), 2),
        ("FROM a\nENV A=b\nRUN x\n", Step(command="RUN x", number=2, total=2), 3),
        ("ARG V=1\nFROM a\n\n# why\nrun x\n", Step(command="RUN x", number=2, total=2), 5),
        ("FROM a\nRUN x\nCOPY $A /\n", Step(command="COPY b /", number=3, total=3), 3),
        ("FROM a\nRUN x", Step(command="RUN onbuild", number=2, total=3), 1),
        ("FROM a\nRUN x", Step(command="RUN x", number=3, total=3), 2),
        ("FROM a\nCOPY x /", Step(command="RUN x", number=2, total=2), None),
        ("FROM a\nRUN x", Step(command="RUN y", number=9, total=2), None),
        # Another build did the same step at the same moment: place and stage are those that it has there.
        ("FROM a\nWORKDIR /x\nRUN  x", Step(command="RUN x", number=2, total=6), 3),
        ("FROM a AS One\nRUN x\nFROM a\nRUN y", Step(command="RUN y", stage="one", number=2, total=3), 4),
        ("FROM a\nRUN x\nRUN x", Step(command="RUN x", number=3, total=3), 3),
        ("FROM a AS One\nRUN x\nFROM a\nRUN y", Step(command="RUN x", stage="one", number=2, total=2), 2),
        ("FROM a AS One\nRUN x\nFROM a\nRUN y", Step(command="RUN y", stage="stage-1", number=2, total=2), 4),
        ("FROM a AS One\nRUN x", Step(command="RUN y", stage="two", number=2, total=2), None),
    ],
)
def test_lines(text: str, step: Step, line: int | None) -> None:
    assert with_lines([step], parse(text.encode()))[0].line == line


@settings(deadline=None, max_examples=300)
@given(data=st.data(), name=st.sampled_from(STREAMS))
def test_broken_streams_raise_nothing(data: st.DataObject, name: str) -> None:
    stream = bytearray(recorded(name))
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(stream)))
        stream[at : at + data.draw(st.integers(0, 300))] = data.draw(st.binary(max_size=20))
    progress, _ = read(bytes(stream[: data.draw(st.integers(0, len(stream)))]), piece=777)
    with_lines(progress.steps(whole=True), DOCKERFILE)
    progress.failed()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
VERTEX = st.fixed_dictionaries(
    {"digest": st.sampled_from(["a", "b", "c"])},
    optional={
        "name": st.sampled_from(["[2/3] RUN x", "[a 1/2] FROM b", "[internal] load build context", "[0/0] "]) | JSON,
        "inputs": st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=3) | JSON,
        "started": st.datetimes().map(lambda moment: moment.isoformat() + "Z") | JSON,
        "completed": st.datetimes().map(lambda moment: moment.isoformat()) | JSON,
        "cached": st.booleans(),
        "error": st.text(max_size=9),
    },
)
OTHER = st.fixed_dictionaries(
    {"vertex": st.sampled_from(["a", "d"])},
    optional={"data": st.text(max_size=9), "current": JSON, "id": st.just("transferring"), "range": JSON},
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "vertexes": st.lists(VERTEX, max_size=3),
                "logs": st.lists(OTHER, max_size=2),
                "statuses": st.lists(OTHER, max_size=2),
                "warnings": st.lists(OTHER | JSON, max_size=2),
            },
        )
        | JSON,
        max_size=6,
    )
)
def test_odd_objects_raise_nothing(objects: list[object]) -> None:
    progress, _ = read("\n".join(json.dumps(item) for item in objects).encode())
    progress.steps(whole=True)
    progress.steps(whole=False)
    progress.failed()
