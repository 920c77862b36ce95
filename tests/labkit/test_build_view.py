"""The build view, fed with the events of real builds that were recorded."""

import json
from pathlib import Path

import msgspec
import pytest

from grader.model import Build, BuildEvent, BuildFailure
from labkit import twin
from labkit.view import State, View

RECORDED = Path(__file__).parent / "recorded"


class Recorded(msgspec.Struct):
    events: list[BuildEvent]
    build: Build


def recorded(name: str) -> Recorded:
    return msgspec.json.decode((RECORDED / f"{name}.json").read_bytes(), type=Recorded)


def folded(name: str, *, events: int | None = None) -> State:
    """What the view shows after so many events; all of them: when the build is over."""
    told = recorded(name)
    return viewed(told.events[:events], told.build, ended=events is None)


def cancelled(name: str) -> State:
    """What the view shows of a build that was cancelled in the middle."""
    told = recorded(name)
    failure = BuildFailure(cause="cancelled", message="The build was cancelled.")
    build = msgspec.structs.replace(told.build, image="", failure=failure)
    return viewed(told.events[: len(told.events) // 2], build, ended=True)


def viewed(events: list[BuildEvent], build: Build, *, ended: bool) -> State:
    view = View("docker build .", "a build", build.builder)
    for event in events:
        view.add(event)
    if ended:
        view.finish(build)
    return view.state()


@pytest.mark.parametrize(
    ("name", "status", "kinds"),
    [
        ("graph", "done", ["ran"] * 4),
        ("cached", "done", ["cached"] * 4),
        ("classic", "done", ["ran"] * 5),
        ("failed", "failed", ["ran", "failed"]),
    ],
)
def test_what_became_of_each_step(name, status, kinds):
    state = folded(name)
    assert state["status"] == status
    assert [twin.word_of(row) for row in state["rows"]] == kinds


def test_stages_that_ran_side_by_side_overlap():
    rows = {row["stage"]: row for row in folded("graph")["rows"] if row["command"].startswith("RUN")}
    assert rows["left"]["start"] < rows["right"]["end"]
    assert rows["right"]["start"] < rows["left"]["end"]
    assert "unused" not in rows


def test_the_classic_builders_containers_are_told_and_gone():
    rows = [row for row in folded("classic")["rows"] if row["command"].startswith("RUN")]
    assert all(row["container"] and row["image"] and row["removed"] for row in rows)


def test_what_each_step_added_is_shown_where_it_is_known():
    told = recorded("graph")
    sized = [msgspec.structs.replace(step, bytes=n * 1000 or None) for n, step in enumerate(told.build.steps)]
    view = View("docker build .", "a build", "buildkit")
    for event in told.events:
        view.add(event)
    assert "+" not in twin.text(view.state())
    view.finish(msgspec.structs.replace(told.build, steps=tuple(sized)))
    for shown in (twin.text(view.state()), twin.html(view.state())):
        assert [size in shown for size in ("+1.0 kB", "+2.0 kB", "+3.0 kB")] == [True] * 3
        assert shown.count("+") == 3


def test_a_failure_says_step_line_and_last_output():
    text = twin.text(folded("failed"))
    assert "no-such-command" in text
    assert "about to fail" in text


@pytest.mark.parametrize("name", ["graph", "cached", "classic", "failed"])
def test_every_state_on_the_way_can_be_sent_and_shown(name):
    for count in range(len(recorded(name).events)):
        state = folded(name, events=count)
        assert json.loads(json.dumps(state)) == state
        assert twin.text(state)
        assert twin.html(state)


def test_what_a_step_prints_cannot_become_markup():
    view = View("docker build '<b>'", "x", "buildkit")
    for event in recorded("failed").events:
        changed = msgspec.structs.replace(event, command="RUN <script>") if hasattr(event, "command") else event
        view.add(changed)
    assert "<script>" not in twin.html(view.state())
    assert "<b>" not in twin.html(view.state())
