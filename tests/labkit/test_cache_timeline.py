"""Builds one after another: which steps ran, and why the first of them was not in the cache."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.model import Build, Step
from labkit import given as givens
from labkit.given import Given, files_of
from labkit.misses import reason
from labkit.timeline import Timeline, timeline

TEXT = "FROM busybox:1.37\nARG CHANNEL=stable\nCOPY settings /etc/\nRUN date > /built-at\nCOPY app /app\n"
FILES = {"settings": (0o644, "a"), "app/main": (0o644, "b"), "unused": (0o644, "c")}
ONE = Given(text=TEXT, files=FILES)
COMMANDS = {3: "COPY settings /etc/", 4: "RUN date > /built-at", 5: "COPY app /app"}


def build(first: int | None) -> Build:
    """A build whose steps ran from the line `first` on."""
    steps = (
        Step(command=command, line=line, cached=first is None or line < first, took=0.5)
        for line, command in COMMANDS.items()
    )
    return Build(builder="buildkit", image="sha256:1", steps=tuple(steps), seconds=1.5)


def changed(**more: Any) -> Given:
    """What the first build was given, with something else in it."""
    return msgspec.structs.replace(ONE, **more)


@pytest.mark.parametrize(
    ("line", "now", "why"),
    [
        (3, changed(files=FILES | {"settings": (0o644, "z")}), "settings has other contents"),
        (3, changed(files=FILES | {"settings": (0o600, "a")}), "settings has mode 600, before 644"),
        (5, changed(files=FILES | {"app/more": (0o644, "d")}), "app/more is new"),
        (5, changed(files={"settings": FILES["settings"]}), "app/main is gone"),
        (4, changed(arguments={"CHANNEL": "beta"}), "build argument CHANNEL is 'beta', before not given"),
        (4, changed(text=TEXT.replace("date", "date -u")), "line 4 is another: RUN date -u > /built-at"),
        (3, changed(text=TEXT.replace("1.37", "1.36")), "line 1 is another: FROM busybox:1.36"),
        (3, changed(no_cache=True), "asked for: --no-cache"),
        (3, changed(builder="classic"), "another builder"),
        (4, changed(files=FILES | {"unused": (0o644, "z")}), "nothing that the build was given tells it"),
        (3, changed(files=None), "nothing that the build was given tells it"),
        (3, changed(text="FROM"), "nothing that the build was given tells it"),
    ],
)
def test_why_a_step_ran(line: int, now: Given, why: str) -> None:
    miss = Step(command=COMMANDS[line], line=line)
    assert reason(miss, now, ONE).startswith(why)


@pytest.mark.parametrize(
    ("instruction", "why"),
    [
        ("COPY . /", "app/main has other contents"),
        ("COPY ./app/ /", "app/main has other contents"),
        ("COPY --chown=1:1 sett* a*/m* /", "app/main has other contents"),
        ("COPY ${X} /", "app/main has other contents"),
        ("COPY --from=busybox:1.37 app /", "nothing that"),
        ("COPY settings /", "nothing that"),
        ("RUN --mount=type=bind,source=app,target=/a true", "app/main has other contents"),
        ("RUN --mount=type=cache,target=/a true", "nothing that"),
        ("RUN true", "nothing that"),
    ],
)
def test_which_files_a_step_uses(instruction: str, why: str) -> None:
    text = f"FROM busybox:1.37\n{instruction}\n"
    before = changed(text=text)
    now = changed(text=text, files=FILES | {"app/main": (0o644, "z")})
    assert reason(Step(command=instruction, line=2), now, before).startswith(why)


def test_another_here_document_is_another_line() -> None:
    before = changed(text="FROM busybox:1.37\nRUN <<EOF\necho one\nEOF\n")
    now = changed(text="FROM busybox:1.37\nRUN <<EOF\necho two\nEOF\n")
    assert reason(Step(command="RUN <<EOF", line=2), now, before).startswith("line 2 is another")


@pytest.fixture
def shown() -> Timeline:
    edited = changed(files=FILES | {"app/main": (0o644, "<z>")})
    return timeline([("first <b>", build(3), ONE), ("again", build(None), ONE), ("edit", build(5), edited)])


def test_the_timeline_says_what_ran_and_why(shown: Timeline) -> None:
    assert [shown.why(name) for name in ("first <b>", "again", "edit")] == [
        "the first of these builds", "", "app/main has other contents",
    ]  # fmt: skip
    rows = [line for line in repr(shown).splitlines() if line.startswith(("first", "again", "edit"))]
    assert [(row.count("✓"), row.count("↻")) for row in rows] == [(3, 0), (0, 3), (1, 2)]
    with pytest.raises(LookupError, match="no build of the timeline is called 'other'"):
        shown.why("other")


def test_a_line_that_stands_twice_has_two_columns_and_the_miss_its_mark() -> None:
    text = "FROM busybox:1.37\nRUN date >> /at\nCOPY app /app\nRUN date >> /at\n"
    steps = [("RUN date >> /at", 2, True), ("COPY app /app", 3, True), ("RUN date >> /at", 4, False)]
    every = tuple(Step(command=command, line=line, cached=cached, took=0.5) for command, line, cached in steps)
    shown = timeline([("one", Build(builder="buildkit", steps=every), Given(text=text))])
    (row,) = (line for line in repr(shown).splitlines() if line.startswith("one"))
    assert (row.count("✓"), row.count("↻")) == (1, 2)
    assert "RUN date >> /at (2)" in repr(shown)
    assert shown._repr_html_().count("box-shadow") == 1


def test_the_plain_commands_are_shown_each_once_and_not_all_of_many() -> None:
    builds = [(name, build(None), ONE) for name in "abcde"]
    shown = timeline(builds, [f"docker build <{name}>" for name in "aabcd"])
    assert repr(shown).splitlines()[0] == "docker build <a>; docker build <b>; docker build <c>; …"
    assert '<caption style="text-align:left"><code>docker build &lt;a&gt;; ' in shown._repr_html_()


def test_the_page_says_the_same_and_is_inert(shown: Timeline) -> None:
    page = shown._repr_html_()
    assert "first &lt;b&gt;" in page
    assert page.count("box-shadow") == 2
    assert page.count("↻ cached") == 5
    assert "app/main has other contents" in page


def test_the_files_of_a_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/main").write_text("one")
    (tmp_path / "app/main").chmod(0o640)
    (tmp_path / "secret").write_text("two")
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / ".dockerignore").write_text("secret\n")
    found = files_of(tmp_path)
    assert found is not None
    assert set(found) == {"app/main", "link", ".dockerignore"}
    assert found["app/main"][0] == 0o640
    monkeypatch.setattr(givens, "FILES_MOST", 2)
    assert files_of(tmp_path) is None
