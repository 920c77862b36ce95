"""The class's page: its figures, and that nothing in it can do harm."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.batch.hidden import numbered
from grader.batch.store import store
from grader.batch.summary import class_report
from grader.batch.values import HandIn, Row
from grader.cli._grade import PAGE, written
from grader.model import CheckResult, ExerciseCheck, Report, Status
from grader.model.result import ResultStatus
from grader.report import class_page

EXERCISE = msgspec.structs.replace(
    exercise.find(exercise.exercises_folder(), "02"),
    checks=(ExerciseCheck(name="builds", points=1), ExerciseCheck(name="has_author", points=3)),
)
FILE = (
    "FROM debian:trixie-slim",
    "LABEL a=b c=d",
    "COPY iam-apiserver bin/",
    'ENTRYPOINT ["/opt/iam/bin/iam-apiserver", "--port", "8080", "--verbose"]',
)


def row(student: str, builds: Status, author: Status, *, seen: str = "", dockerfile: tuple[str, ...] = FILE) -> Row:
    checks = (
        CheckResult(name="builds", status=builds, points=float(builds == "passed"), max_points=1, seen=seen),
        CheckResult(name="has_author", status=author, points=3.0 * (author == "passed"), max_points=3, seen=seen),
    )
    score = sum(one.points for one in checks)
    status: ResultStatus = "passed" if score == 4 else "failed"
    report = Report(exercise="x", status=status, score=score, max_score=4, checks=checks, dockerfile=dockerfile)
    made = Row(student=student, exercise=EXERCISE.name, status=status, score=score, max_score=4)
    return msgspec.structs.replace(made, report=msgspec.json.encode(report))


ROWS = [
    row("ada", "passed", "passed"),
    row("bob", "passed", "failed", seen="no author in 3 labels", dockerfile=("# mine", *[f"  {x}" for x in FILE])),
    row("eve", "passed", "failed", seen="no author in 12 labels", dockerfile=("FROM scratch",)),
    row("joe", "failed", "not_judged", seen="line 4: no such file", dockerfile=("FROM scratch",)),
    Row(student="kim", exercise=EXERCISE.name, status="missing", max_score=4),
    Row(student="lee", exercise=EXERCISE.name, status="refused", max_score=4, reason="a broken zip"),
]


def test_the_figures() -> None:
    (found,) = class_report(ROWS, {EXERCISE.name: EXERCISE}).exercises
    assert (found.bins, found.median) == ((1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1), 1)
    builds, author = found.checks
    assert (builds.passed, builds.failed, author.passed, author.failed, author.not_judged) == (3, 1, 1, 2, 1)
    assert [(one.count, one.seen) for one in author.reasons] == [(2, "no author in 3 labels")]
    assert builds.discrimination == pytest.approx(1 / 3)
    assert author.discrimination is None  # Of the three on whom it was judged, all have the points of the other check.
    assert [(one.learners, one.similarity, one.pair) for one in found.alike] == [((0, 1), 1.0, (0, 1))]
    assert [[alone for _, alone in lines or ()] for lines in found.alike[0].files[0].sides] == [
        [False] * 4,
        [True, *[False] * 4],
    ]


def test_what_a_check_tells_is_told_by_those_on_whom_it_was_judged() -> None:
    judged = (("passed", "passed"), ("passed", "failed"), ("failed", "failed"), ("failed", "not_judged"))
    rows = [row(f"learner {at}", builds, author) for at, (builds, author) in enumerate(judged)]
    (found,) = class_report(rows, {EXERCISE.name: EXERCISE}).exercises
    assert found.checks[1].discrimination == pytest.approx(1 / 2)


def test_nobody_has_a_score() -> None:
    (found,) = class_report(ROWS[4:], {EXERCISE.name: EXERCISE}).exercises
    assert (found.median, sum(found.bins), found.checks[0].discrimination) == (None, 0, None)
    assert "No submission has a score yet" in class_page.render(class_report(ROWS[4:], {EXERCISE.name: EXERCISE}))


def test_names_can_be_hidden() -> None:
    place = "handed-in/Ada Lovelace_12_assignsubmission_file_/a.zip"
    refused = Row(student="Ada Lovelace", exercise=EXERCISE.name, status="refused", max_score=4, place=place)
    elsewhere = "moodle.d/Ada Lovelace_12_assignsubmission_file_ holds 2 submissions (ada, bob); expected one"
    rows = [
        *ROWS,
        row("zoë", "passed", "failed", seen="LABEL author=Zoë, zoës friend, not ada_l but ADA"),
        msgspec.structs.replace(refused, reason=f"{place}: the archive is damaged; Ada Lovelace_12 again"),
        msgspec.structs.replace(refused, student="ian", place="", reason=elsewhere),
    ]
    page = class_page.render(class_report(rows, {EXERCISE.name: EXERCISE}, called=numbered(rows, b"s")))
    shown = page.partition("<main")[2].partition("<footer")[0]
    assert not re.search(r"(?<![a-z])(ada|bob|lovelace|zoë)(?![a-z])|pages/|assignsubmission", shown, re.IGNORECASE)
    assert "…: the archive is damaged; …_12 again" in shown
    assert "… holds 2 submissions (…, …); expected one" in shown
    assert "LABEL author=…, zoës friend, not …_l but …" in shown
    assert set(re.findall(r"Learner \d+", shown)) == {f"Learner {at}" for at in range(1, 10)}


def test_numbers_are_the_same_in_all_exercises_and_follow_no_name() -> None:
    other = msgspec.structs.replace(EXERCISE, name="05-other")
    names = [f"s{at:02}" for at in range(30)]
    rows = [Row(student=name, exercise=one.name, status="missing") for one in (EXERCISE, other) for name in names]
    called = numbered(rows, b"s")
    first, second = class_report(rows, {one.name: one for one in (EXERCISE, other)}, called=called).exercises
    assert [one.student for one in first.learners] == [f"Learner {at}" for at in range(1, 31)]
    assert first.learners == second.learners
    assert list(called) != names


def test_who_has_the_roster_cannot_tell_who_a_number_is(tmp_path: Path) -> None:
    rows = [Row(student=f"s{at:02}", exercise=EXERCISE.name, status="missing") for at in range(30)]
    secrets = []
    for folder in ("one", "other", "one"):
        with store(tmp_path / folder) as kept:
            secrets.append(kept.secret())
    one, other, again = (list(numbered(rows, secret)) for secret in secrets)
    assert one == again, "a class keeps its numbers"
    assert one != other
    assert sorted(one, key=lambda name: hashlib.sha256(name.encode()).digest()) not in (one, other)


def test_a_class_is_written_without_names_where_that_is_asked_for(tmp_path: Path) -> None:
    course, names = {EXERCISE.name: (EXERCISE, "v1")}, ["ada", "bob"]
    with store(tmp_path) as kept:
        kept.hand_in(HandIn(student="ada", exercise=EXERCISE.name, path="in/ada"), "", "in/ada: no Dockerfile")
        for anonymous in (True, False):
            written(tmp_path, kept, course, names, {}, anonymous=anonymous)
            page = (tmp_path / PAGE).read_text("utf-8")
            assert (">Learner 1<" in page, ">ada<" in page) == (anonymous, not anonymous)


def test_who_needs_a_look() -> None:
    def took(student: str, seconds: float, wasted: int, author: Status = "passed") -> Row:
        made = row(student, "passed", author)
        report = msgspec.json.decode(made.report, type=Report)
        report = msgspec.structs.replace(report, image_bytes=90_000_000, wasted_bytes=wasted)
        return msgspec.structs.replace(made, seconds=seconds, report=msgspec.json.encode(report))

    usual = [took(f"u{at}", 4 + at, 2_000_000) for at in range(4)]
    odd = [took("slow", 40, 0), took("fat", 5, 40_000_000), *ROWS[3:]]
    fault = Row(student="moe", exercise=EXERCISE.name, status="not_judged", max_score=4, reason="no engine")
    (found,) = class_report([*usual, *odd, fault], {EXERCISE.name: EXERCISE}).exercises
    who = {one.kind: [found.learners[at].student for at in one.learners] for one in found.looks}
    assert list(who.items()) == [
        ("not_judged", ["moe"]),
        ("refused", ["lee"]),
        ("missing", ["kim"]),
        ("few_points", ["joe"]),
        ("slow", ["slow"]),
        ("waste", ["fat"]),
    ]
    page = class_page.render(class_report([*usual, *odd, fault], {EXERCISE.name: EXERCISE}))
    assert "took over 16 s, far more" in page
    assert "over 6 MB hidden" in page
    assert "Nobody: all were judged" in class_page.render(class_report(usual, {EXERCISE.name: EXERCISE}))


HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "\u202eevil\x1b[2J",
]


class Tags(HTMLParser):
    """The elements of a page and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_learners_wrote_is_inert(text: str) -> None:
    rows = [row(text, "passed", "failed", seen=text), msgspec.structs.replace(ROWS[5], reason=text)]
    page = class_page.render(class_report(rows, {EXERCISE.name: EXERCISE}))
    found = Tags()
    found.feed(page)
    assert (found.tags.count("script"), found.tags.count("img"), found.handlers) == (1, 0, [])
    assert not [link for link in found.links if not re.match(r"(#|pages/[\w.-]+$|data:,$)", link)]
    assert "\x1b" not in page
    assert "\u202e" not in page
