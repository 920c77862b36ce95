"""Late days: what a rule takes off, which times count, and what is said where none is known."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.batch.late import Handed, LateWork, moment, rule
from grader.batch.rows import Override, rows
from grader.batch.rules import keep_late, kept_late, late_work
from grader.batch.store import store
from grader.batch.summary import class_report
from grader.batch.tables import result_of, write_tables
from grader.batch.values import HandIn
from grader.errors import InputError, UsageError
from grader.report import class_page, exports
from tests.batch.test_results import COURSE, EXERCISE, outcome

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY, HOUR = 86_400, 3600


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("10% a day", {-1: 0, 0: 0, 1: 10, DAY: 10, DAY + 1: 20, 9 * DAY: 90, 30 * DAY: 100}),
        ("10% a day, at most 3 days", {3 * DAY: 30, 3 * DAY + 1: 100}),
        ("10 % per day , at most 30 %", {3 * DAY: 30, 30 * DAY: 30}),
        ("2 hours free, 5% an hour, at most 50%", {2 * HOUR: 0, 2 * HOUR + 1: 5, 4 * HOUR: 10, 40 * HOUR: 50}),
        ("1 day free, 12.5% each day, at most 2 days", {DAY: 0, 2 * DAY: 12.5, 3 * DAY: 25, 3 * DAY + 1: 100}),
        ("100% a minute", {0: 0, 1: 100}),
        ("0% a day", {9 * DAY: 0}),
    ],
)
def test_what_a_rule_takes_off(text: str, lost: dict[float, float]) -> None:
    found = rule(text)
    assert {seconds: found.percent_off(seconds) for seconds in lost} == lost


@pytest.mark.parametrize("text", ["", "10", "10%", "110% a day", "-5% a day", "10% a week", "10% a day, at most 101%"])
def test_what_is_no_rule(text: str) -> None:
    with pytest.raises(UsageError, match="is not a rule for late days"):
        rule(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-11-24T12:00", "has no time zone"),
        ("24.11.2026", "is no time"),
        ("", "is no time"),
        ("noon", "is no time"),
    ],
)
def test_a_time_needs_its_zone(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        moment(text, "--due")


@pytest.mark.parametrize("text", ["2026-11-24T12:00Z", "2026-11-24T20:00+08:00", "2026-11-24 06:30:00-05:30"])
def test_the_same_moment_in_different_zones(text: str) -> None:
    assert moment(text, "--due") == DUE


def work(**late_by: timedelta) -> LateWork:
    times = tuple(Handed(student=name, at=DUE + by) for name, by in late_by.items())
    return LateWork(rule=rule("10% a day, at most 3 days"), due={"": DUE}, times=times)


@pytest.mark.parametrize(
    ("student", "late", "percent", "note"),
    [
        ("early", False, 0, ""),
        ("sharp", False, 0, ""),
        ("second", True, 10, "seconds late: 10 % taken off"),
        ("days", True, 20, "1.5 days late: 20 % taken off"),
        ("never", True, 100, "4 days late: 100 % taken off"),
        ("nobody", False, 0, "when it was handed in is not known: nothing is taken off"),
    ],
)
def test_how_late_a_learner_is(student: str, late: bool, percent: float, note: str) -> None:
    known = work(
        early=timedelta(hours=-1),
        sharp=timedelta(),
        second=timedelta(seconds=1),
        days=timedelta(days=1.5),
        never=timedelta(days=4),
    )
    found = known.judged(student, "x")
    assert (found.late, found.percent, found.note) == (late, percent, note)


def test_each_exercise_has_its_own_day_and_some_learners_have_longer() -> None:
    later = {"": DUE, "y": DUE + timedelta(days=7)}
    times = (
        Handed(student="ada", at=DUE + timedelta(days=2)),
        Handed(student="bob", at=DUE + timedelta(days=2)),
        Handed(student="bob", exercise="y", at=DUE + timedelta(days=9)),
    )
    known = LateWork(rule=rule("10% a day"), due=later, extended={"ada": DUE + timedelta(days=3)}, times=times)
    found = {(who, what): known.judged(who, what).percent for who in ("ada", "bob") for what in ("x", "y")}
    assert found == {("ada", "x"): 0, ("ada", "y"): 0, ("bob", "x"): 20, ("bob", "y"): 20}


def test_the_score_stays_visible_beside_the_late_score(tmp_path: Path) -> None:
    known = work(ada=timedelta(days=1.5), bob=timedelta(hours=-1), eve=timedelta(days=2))
    with store(tmp_path) as kept:
        for student, late in (("ada", False), ("bob", True), ("eve", False), ("joe", True), ("kim", False)):
            kept.hand_in(HandIn(student=student, exercise=EXERCISE.name, path="p", late=late), "d1", "")
        kept.hand_in(HandIn(student="lee", exercise=EXERCISE.name, path="p"), "", "no Dockerfile")
        kept.keep(EXERCISE.name, "v1", "d1", outcome(16))
        keep_late(kept, known)
        assert kept_late(kept) == known
        overrides = {("eve", EXERCISE.name): Override(score=15, comment="was ill")}
        found = rows(kept, COURSE, [], overrides, kept_late(kept))
    told = "when it was handed in is not known: nothing is taken off"
    assert [(one.student, one.score, one.automatic_score, one.late, one.late_note) for one in found] == [
        ("ada", 12.8, 16, True, "1.5 days late: 20 % taken off"),
        ("bob", 16, 16, False, ""),
        ("eve", 15, 16, True, "2 days late: 20 % taken off"),
        ("joe", 16, 16, True, f"late, but {told}"),
        ("kim", 16, 16, False, told),
        ("lee", None, None, False, told),
    ]
    write_tables(tmp_path, found)
    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        line = next(csv.DictReader(file))
    assert (line["score"], line["automatic_score"], line["submitted"]) == ("12.8", "16", "2026-11-26T00:00:00+00:00")
    page = class_page.render(class_report(found, {EXERCISE.name: EXERCISE}))
    assert "1.5 days late: 20 % taken off; 16 by the checks alone" in page
    moodle = exports.load("moodle").of_one(result_of(found[0])).decode()
    assert "12.8 of 16 points; 1.5 days late: 20 % taken off" in moodle
    assert known.strangers({"ada", "bob"}) == ["eve"]


def test_what_is_said_on_the_command_line_and_in_files(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        'due = 2026-11-24T20:00:00+08:00\nlate = "10% a day"\n'
        '[exercises.y]\ndue = "2026-12-01T12:00Z"\n[students."Zoë"]\ndue = 2026-11-26T12:00:00Z\n',
        "utf-8",
    )
    (tmp_path / "times.csv").write_text("submitted,student\n2026-11-24T13:00Z,bob\n", "utf-8")
    found = late_work(
        rules=tmp_path / "rules.toml",
        times=tmp_path / "times.csv",
        roster={"ada": {"submitted": "2026-11-24T11:00Z"}, "eve": {}},
        exercises=["x", "y"],
    )
    assert found is not None
    assert found.due == {"": DUE, "y": DUE + timedelta(days=7)}
    assert found.extended == {"Zoë": DUE + timedelta(days=2)}
    assert [(one.student, one.at - DUE) for one in found.times] == [
        ("ada", timedelta(hours=-1)),
        ("bob", timedelta(hours=1)),
    ]
    assert late_work() is None


@pytest.mark.parametrize(
    ("toml", "times", "says"),
    [
        ("due = 2026-11-24T12:00:00\nlate = '1% a day'", "", r"rules.toml: due: '.*' has no time zone"),
        ("duo = 1", "", r"rules.toml: 'duo' is not a key\s+it has: due, late, exercises, students"),
        ("[exercises.z]\ndue = 2026-11-24T12:00:00Z", "", r"there is no exercise 'z' here\s+there are: x, y"),
        ("[students.ada]\n", "", r"students.ada.due: '' is no time"),
        ("students = 1", "", "students is no table"),
        ("due = ", "", "rules.toml: cannot be read"),
        ("late = '1% a day'", "", "need both a time and a rule"),
        ("due = 2026-11-24T12:00:00Z", "", "need both a time and a rule"),
        (None, "student,submitted\nada,2026-11-24", r"times.csv: line 2: '2026-11-24' has no time zone"),
        (None, "student,at\n", r"line 1 has the columns student, at\s+expected: student,submitted"),
        (None, "student,submitted\na,2026-11-24T12:00Z\na,2026-11-25T12:00Z\n", "line 3: 'a' is there twice"),
        (None, "student,submitted,exercise\na,2026-11-24T12:00Z,z\n", "line 2: there is no exercise 'z' here"),
    ],
)
def test_what_cannot_be_used(toml: str | None, times: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(toml or "due = 2026-11-24T12:00:00Z\nlate = '1% a day'")
    (tmp_path / "times.csv").write_text(times or "student,submitted\n")
    with pytest.raises(InputError, match=says):
        late_work(rules=tmp_path / "rules.toml", times=tmp_path / "times.csv", exercises=["x", "y"])
    with pytest.raises(UsageError, match="needs to know when it was due"):
        late_work(times=tmp_path / "times.csv")
