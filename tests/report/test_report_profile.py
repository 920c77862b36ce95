"""The profile by practice: judged, and the same in each format."""

import re
import xml.etree.ElementTree as ElementTree

import msgspec
import pytest

from grader import checks
from grader.judge import judge
from grader.model import (
    Build,
    CheckResult,
    Exercise,
    ExerciseCheck,
    Image,
    Observation,
    Params,
    PracticeShown,
    Report,
    not_applicable,
    not_judged,
    passed,
)
from grader.model.practices import PRACTICES
from grader.report import as_json, html_fragment, radar, terminal

PROFILE = (
    PracticeShown(name="capitals", about="instructions in capitals", earned=2, possible=2),
    PracticeShown(name="cache", about="what changes last", earned=1, possible=4),
    PracticeShown(name="<b>x</b>", about="\x1b[31m", earned=0, possible=2),
    PracticeShown(name="multi-stage", about="multi-stage builds", applies=False),
)
REPORT = Report(
    exercise="05-x",
    status="failed",
    score=3,
    max_score=8,
    checks=(
        CheckResult(name="one", status="passed", points=3, max_points=8, seen="it is so"),
        CheckResult(name="two", status="not_judged", points=0, max_points=0, seen="nothing to compile", applies=False),
    ),
    profile=PROFILE,
)


def exercise(*names: str, profile: bool = True) -> Exercise:
    return Exercise(
        name="05-x", folder="", title="X", lesson="l", practice="p", minutes=1, bases=(), profile=profile,
        checks=tuple(ExerciseCheck(name=name, points=2) for name in names),
    )  # fmt: skip


def judged(monkeypatch: pytest.MonkeyPatch, verdicts: dict, *, profile: bool = True) -> Report:
    """The report of checks that give these verdicts, by the names of real checks, whose practices they have."""
    load = checks.load

    def loaded(name: str):
        return msgspec.structs.replace(
            load(name), needs=(), judge=lambda _: verdicts[name], ask=lambda _: (), parameters=Params
        )

    monkeypatch.setattr(checks, "load", loaded)
    seen = Observation(exercise="05-x", submission="s", build=Build(builder="buildkit", image="i"), image=Image(id="i"))
    return judge(exercise(*verdicts, profile=profile), seen)


def test_what_does_not_apply_is_neither_a_point_nor_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = {"instructions_in_capitals": passed("yes"), "has_author": not_applicable("nobody to name")}
    report = judged(monkeypatch, verdicts)
    assert (report.status, report.score, report.max_score) == ("passed", 2, 2)
    one = report.checks[1]
    assert (one.status, one.points, one.max_points, one.applies) == ("not_judged", 0, 0, False)


def test_the_profile_has_all_thirteen_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = {
        "base_image_pinned": not_applicable("none"),
        "instructions_in_capitals": passed("yes"),
        "context_is_small": passed("yes"),
        "private_files_stay_out": not_judged("it depends on 'builds'"),
    }
    report = judged(monkeypatch, verdicts)
    assert [one.name for one in report.profile] == list(PRACTICES)
    found = {one.name: (one.earned, one.possible, one.applies) for one in report.profile}
    assert found["capitals"] == (2, 2, True)
    assert found["tag in FROM"] == (0, 0, False)
    assert found["dockerignore"] == (2, 4, True)
    assert found["sharing"] == (0, 0, False)


def test_without_a_wish_there_is_no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    report = judged(monkeypatch, {"instructions_in_capitals": passed("yes")}, profile=False)
    assert report.profile == ()
    assert radar.render(report) == ""
    assert radar.as_text(report) == ()
    assert "Profile" not in terminal.render(report)
    assert "<svg" not in html_fragment.render(report)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_terminal_has_a_bar_for_each_that_applies(width: int, ascii_only: bool) -> None:
    text = terminal.render(REPORT, width=width, ascii_only=ascii_only)
    full, empty = ("#", "-") if ascii_only else ("█", "░")
    assert re.search(rf"capitals +{full * 12} +2 of 2 points", text)
    assert re.search(rf"cache +{full * 3}{empty * 9} +1 of 4 points", text)
    assert re.search(r"multi-stage +does not apply", text)
    assert "does not apply" in text.partition("Build")[0].rpartition("two")[0]
    assert "1 of 2 do not apply" in " ".join(text.split())
    assert "\x1b" not in text


def test_the_picture_is_whole_and_inert() -> None:
    svg = radar.render(REPORT)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    name = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{name}title").text == "Profile by practice"
    assert root.find(f"{name}desc").text == "; ".join(radar.as_text(REPORT))
    assert len(root.findall(f"{name}line")) == len(PROFILE)
    assert len([one for one in root.findall(f"{name}circle") if one.get("r") == "5"]) == 3
    assert not re.search(r"<script|<b>|\bon\w+=|https?://(?!www\.w3\.org/2000/svg)", svg)
    points = [float(number) for pair in root.find(f"{name}polygon").get("points").split() for number in pair.split(",")]
    assert points[:2] == [radar.WIDTH / 2, radar.HEIGHT / 2 - radar.RADIUS]


def test_the_words_say_the_same_as_the_picture() -> None:
    assert radar.as_text(REPORT) == (
        "capitals: 2 of 2 points",
        "cache: 1 of 4 points",
        "<b>x</b>: 0 of 2 points",
        "multi-stage: does not apply",
    )


def test_the_notebook_shows_picture_and_table() -> None:
    html = html_fragment.render(REPORT)
    assert html.count("<svg") == 1
    assert html.count("does not apply") >= 3
    assert "&lt;b&gt;x" in html
    assert "<b>x" not in html


def test_json_there_and_back() -> None:
    read = as_json.read(as_json.render(REPORT))
    assert [(one.name, one.earned, one.possible, one.applies) for one in read.profile][1] == ("cache", 1, 4, True)
    assert read.checks[1].applies is False


def test_an_older_report_without_a_profile_can_be_read() -> None:
    value = msgspec.json.decode(as_json.render(REPORT))
    del value["profile"], value["checks"][0]["applies"]
    read = as_json.read(msgspec.json.encode(value))
    assert read.profile == ()
    assert read.checks[0].applies
