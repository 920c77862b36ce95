"""The store, the rows that come of it, and the files that are written."""

from __future__ import annotations

import csv
import json
import sqlite3
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader import exercise
from grader.batch import look as look_at
from grader.batch import worker
from grader.batch.engines import Shared
from grader.batch.grading import Job, run, take_in
from grader.batch.rows import CHANGED, above_all, read_overrides, rows
from grader.batch.store import FILE, store
from grader.batch.tables import page_of, result_of, write_page, write_tables
from grader.batch.values import DIED, HandIn, Looked, Outcome, Row
from grader.engine.places import EngineAddress
from grader.errors import InputError, UsageError
from grader.model import CheckResult, Report
from grader.model.reading import from_json
from grader.model.result import ResultStatus
from grader.model.tier import Tier
from grader.report import exports
from grader.report.withheld import NOT_SHOWN
from grader.submission import names

EXERCISE = exercise.find(exercise.exercises_folder(), "02")
COURSE = {EXERCISE.name: (EXERCISE, "v1")}


def outcome(score: float, seen: str = "") -> Outcome:
    """A report with this score out of 16."""
    check = CheckResult(
        name="builds", status="passed" if score == 16 else "failed", points=score, max_points=16, seen=seen
    )
    report = Report(exercise=EXERCISE.name, status=check.status, score=score, max_score=16, checks=(check,))
    return Outcome(report=msgspec.json.encode(report), observation=b"{}", seconds=1.5)


def given(student: str, path: str = "p") -> HandIn:
    return HandIn(student=student, exercise=EXERCISE.name, path=path)


def test_a_row_for_everybody(tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        kept.hand_in(given("ada"), "d1", "")
        kept.hand_in(given("bob"), "d1", "")
        kept.hand_in(given("eve"), "d2", "")
        kept.hand_in(given("joe"), "", "no Dockerfile")
        kept.hand_in(given("kim"), "d3", "")
        kept.hand_in(given("lee"), "d4", "")
        kept.hand_in(given("moe"), "", "", fault="the disk is full")
        kept.keep(EXERCISE.name, "v1", "d1", outcome(16))
        kept.keep(EXERCISE.name, "v1", "d2", outcome(3, "no"))
        kept.keep(EXERCISE.name, "v1", "d3", Outcome(fault="the engine died"))
        (tmp_path / "overrides.csv").write_text(
            f"student,exercise,score,comment\neve,{EXERCISE.name},9,by word of mouth\n"
        )
        found = rows(kept, COURSE, ["ada", "bob", "eve", "joe", "kim", "max"], read_overrides(tmp_path))
    assert [(one.student, one.status, one.score, one.same_as, one.reason) for one in found] == [
        ("ada", "passed", 16, "", ""),
        ("bob", "passed", 16, "ada", ""),
        ("eve", "failed", 9, "", "builds: no"),
        ("joe", "refused", None, "", "no Dockerfile"),
        ("kim", "not_judged", None, "", "the engine died"),
        ("lee", "not_judged", None, "", "not graded yet; not in the roster"),
        ("max", "missing", None, "", "nothing was handed in"),
        ("moe", "not_judged", None, "", "the disk is full; not in the roster"),
    ]
    assert (found[2].automatic_score, found[2].comment) == (3, "by word of mouth")


def test_what_a_learner_gets_names_their_own_submission_and_no_path_of_this_machine(tmp_path: Path) -> None:
    path = f"{tmp_path}/handed-in"
    graded = from_json(outcome(16).report, Report)
    found = Outcome(report=msgspec.json.encode(msgspec.structs.replace(graded, submission=f"{path}/ada")))
    with store(tmp_path / "out") as kept:
        for student in ("ada", "bob"):
            kept.hand_in(given(student, f"{path}/{student}"), "d1", "")
        kept.keep(EXERCISE.name, "v1", "d1", found)
        both = rows(kept, COURSE)
    for row, other in zip(both, reversed(both), strict=True):
        write_page(tmp_path, row, EXERCISE)
        for text in (
            (tmp_path / page_of(row)).read_text("utf-8"),
            exports.load("jsonl").of_one(result_of(row)).decode(),
        ):
            assert row.student in text
            assert path not in text
            assert f">{other.student}<" not in text


@pytest.mark.parametrize(
    ("about", "status", "reason", "told", "not_told"),
    [
        (
            "it cannot be used",
            "refused",
            "ada/: no Dockerfile; expected one <there>",
            "expected one &lt;there&gt;",
            "costs you no points",
        ),
        (
            "what to do is a line of its own",
            "refused",
            "no Dockerfile\nwrite one",
            "<p>write one</p>",
            "no Dockerfile write",
        ),
        ("a fault of the machine", "not_judged", "/srv/class: the disk is full", "costs you no points", "/srv/class"),
    ],
)
def test_who_has_no_report_is_told_why(
    tmp_path: Path, about: str, status: ResultStatus, reason: str, told: str, not_told: str
) -> None:
    row = Row(student="ada", exercise=EXERCISE.name, status=status, reason=reason)
    write_page(tmp_path, row, EXERCISE)
    page = (tmp_path / page_of(row)).read_text("utf-8").partition("<body>")[2]
    assert told in page, about
    assert not_told not in page, about
    assert EXERCISE.title in page


def test_of_a_withheld_check_a_learner_gets_the_points_only(tmp_path: Path) -> None:
    own = tuple(msgspec.structs.replace(one, withheld=one.name == "builds") for one in EXERCISE.checks)
    secret = msgspec.structs.replace(EXERCISE, checks=own)
    with store(tmp_path / "out") as kept:
        kept.hand_in(given("ada"), "d1", "")
        kept.keep(EXERCISE.name, "v1", "d1", outcome(3, "it has no tide"))
        (row,) = rows(kept, {EXERCISE.name: (secret, "v1")})
    assert row.reason == NOT_SHOWN
    write_page(tmp_path, row, secret)
    exported = exports.load("gradescope").of_one(result_of(row, withheld=secret.withheld)).decode()
    for text in ((tmp_path / page_of(row)).read_text("utf-8"), exported):
        assert "withheld-1" in text
        assert "no tide" not in text
    write_tables(tmp_path, [row])
    assert '"builds"' in (tmp_path / "results.jsonl").read_text("utf-8"), "the instructor's own"


def test_a_verdict_is_not_replaced_by_a_fault_and_outlives_the_store(tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        kept.keep("x", "v", "d", outcome(16))
        kept.keep("x", "v", "d", Outcome(fault="no engine"))
    with store(tmp_path) as kept:
        assert kept.outcome("x", "v", "d") == outcome(16)
        assert kept.outcome("x", "another version", "d") is None


def test_another_version_of_the_exercise_is_graded_afresh(tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        kept.hand_in(given("ada"), "d1", "")
        kept.keep(EXERCISE.name, "v0", "d1", outcome(16))
        assert [one.reason for one in rows(kept, COURSE)] == [CHANGED]


@pytest.mark.parametrize(
    ("about", "prepare", "error", "says"),
    [
        ("other files", lambda f: (f / "a").write_text(""), UsageError, "holds other files"),
        ("no database", lambda f: (f / FILE).write_text("x" * 5000), InputError, "is not a store of results"),
        ("another form", lambda f: _of_another_form(f / FILE), InputError, "its form is 'drydock.class/9'"),
    ],
)
def test_what_is_no_folder_for_results(
    about: str, prepare: Any, error: type[Exception], says: str, tmp_path: Path
) -> None:
    prepare(tmp_path)
    with pytest.raises(error, match=says), store(tmp_path):
        pytest.fail(about)


def _of_another_form(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    connection.execute("INSERT INTO about VALUES ('schema', 'drydock.class/9')")
    connection.commit()
    connection.close()


HOSTILE = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@a",
    'O"Neil, Jr',
    "a\r\n=1+1",
    "张伟",
    "\u202eevil",
    "../../etc/passwd",
]


def test_tables_are_well_formed_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    found = [Row(student=name, exercise="x", status="failed", score=1.5, max_score=3, reason=name) for name in HOSTILE]
    write_tables(tmp_path, found)
    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert table[0][:5] == ["student", "exercise", "status", "score", "max_score"]
    assert len(table) == 1 + len(HOSTILE)
    assert {len(line) for line in table} == {len(table[0])}
    assert not [cell for line in table for cell in line if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    lines = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text("utf-8").splitlines()]
    assert [line["student"] for line in lines] == HOSTILE
    assert {line["score"] for line in lines} == {1.5}


def test_what_to_do_stands_apart_from_what_was_found(tmp_path: Path) -> None:
    reason = "./eve: there is no file called Dockerfile\n  write one"
    write_tables(tmp_path, [Row(student="eve", exercise="x", status="refused", reason=reason)])
    (row,) = csv.DictReader((tmp_path / "results.csv").read_text("utf-8-sig").splitlines())
    assert row["reason"] == "./eve: there is no file called Dockerfile; write one"


def test_pages_have_names_that_every_system_takes_and_no_two_the_same(tmp_path: Path) -> None:
    found = [Row(student=name, exercise="x", status="failed", report=outcome(3).report) for name in HOSTILE]
    for row in found:
        write_page(tmp_path, row, EXERCISE)
    pages = {page_of(row) for row in found}
    assert {f"pages/{path.name}" for path in (tmp_path / "pages").iterdir()} == pages
    assert len(pages) == len(HOSTILE)
    assert all(page.isascii() and ".." not in page for page in pages)


@pytest.mark.parametrize(
    ("paths", "above"),
    [
        (["/c/in/ada", "/c/in/bob.zip"], "/c/in"),
        (["/c/in/ada/00-hello", "/c/in/bob/00-hello"], "/c/in"),
        (["/c/in/ada"], "/c/in"),
        (["/c/one/ada", "/c/two/bob", ""], "/c"),
        (["in/ada", "in/bob"], "in"),
        (["/ada", "/c/in/bob"], ""),
        (["ada", "/c/in/bob"], ""),
        (["ada"], ""),
        ([], ""),
    ],
)
def test_the_folder_that_holds_all_submissions(paths: list[str], above: str) -> None:
    assert above_all(paths) == above


def test_a_refusal_names_no_folder_of_the_instructor(tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        for name in ("ada", "bob"):
            path = f"/home/dr-hook/classes/harbour/{name}.zip"
            kept.hand_in(HandIn(student=name, exercise=EXERCISE.name, path=path), "", f"{path}: not a zip archive")
        found = rows(kept, COURSE)
    assert [row.reason for row in found] == ["./ada.zip: not a zip archive", "./bob.zip: not a zip archive"]


def test_nor_does_one_with_a_long_path(tmp_path: Path) -> None:
    folder = f"/home/dr-hook/{'classes/' * 15}harbour"
    with store(tmp_path) as kept:
        for name in ("ada", "bob"):
            path = f"{folder}/{name}.zip"
            kept.hand_in(HandIn(student=name, exercise=EXERCISE.name, path=path), "", f"{names.shown(path)}: no zip")
        found = rows(kept, COURSE)
    assert [row.reason for row in found] == ["./ada.zip: no zip", "./bob.zip: no zip"]


def test_what_two_have_handed_in_alike_is_refused_to_each_in_their_own_words(tmp_path: Path) -> None:
    for student in ("ada", "bob"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "Dockerfile").write_text("FROM busybox\n" + "ENV a=b\n" * 1_000)
    none = EngineAddress(host="unix:///none", docker="", config="", path="")
    with store(tmp_path / "out") as kept:
        for student in ("ada", "bob"):
            kept.hand_in(given(student, str(tmp_path / student)), "d1", "")
        kept.keep(EXERCISE.name, "v1", "d1", worker.grade(EXERCISE.folder, str(tmp_path / "ada"), none, 60))
        found = rows(kept, COURSE)
    assert [(row.status, "has 1,001 instructions" in row.reason) for row in found] == [("refused", True)] * 2
    assert not [row for row in found if "ada" in row.reason or str(tmp_path) in row.reason]


def test_a_folder_s_name_within_a_word_or_a_path_is_left_alone(tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        kept.hand_in(
            HandIn(student="ada", exercise=EXERCISE.name, path="in/ada"), "", "in/ada: main/x, /bin/y, ../in/z"
        )
        kept.hand_in(HandIn(student="bob", exercise=EXERCISE.name, path="in/bob"), "b", "")
        lost = CheckResult(name="builds", status="failed", points=0, max_points=16, seen="in/ada is not there")
        report = Report(exercise=EXERCISE.name, status="failed", score=0, max_score=16, checks=(lost,))
        kept.keep(EXERCISE.name, "v1", "b", Outcome(report=msgspec.json.encode(report)))
        found = rows(kept, COURSE)
    assert [row.reason for row in found] == ["./ada: main/x, /bin/y, ../in/z", "builds: in/ada is not there"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("student,score\n", "line 1: the columns are student, exercise, score, comment"),
        ("student,exercise,score,comment\nada,x,lots,\n", "line 2: 'lots' is not a score"),
        ("student,exercise,score,comment\nada,x,-1,\n", "line 2: '-1' is not a score"),
        ("student,exercise,score,comment\nada,x,nan,\n", "line 2: 'nan' is not a score"),
        ("student,exercise,score,comment\nada,x,1,\nbob,x,1,\nada ,x,2,\n", "line 4: 'ada' in 'x' is there twice"),
    ],
)
def test_what_is_no_override(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "overrides.csv").write_text(text)
    with pytest.raises(InputError, match=says):
        read_overrides(tmp_path)


class Scripted(Executor):
    """An executor that answers from a script: what the submission at a path comes to, time after time."""

    def __init__(self, script: dict[str, list[Outcome | None]], alone: list[str]) -> None:
        self._script, self._alone = script, alone

    def submit(self, _: Any, /, *words: Any, **__: Any) -> Future[Any]:
        path = words[1]
        self._alone.append(path)
        future: Future[Any] = Future()
        come = self._script[path].pop(0)
        if come is None:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(come)
        return future


FAULT = Outcome(fault="the engine died")
Come = str | Outcome | Exception


@pytest.mark.parametrize(
    ("about", "script", "expected"),
    [
        ("a verdict", [outcome(16)], ""),
        ("a fault, then a verdict", [FAULT, outcome(16)], ""),
        ("a fault each time", [FAULT] * Shared.tries, "the engine died"),
        ("the process died with another one's", [None, outcome(16)], ""),
        ("it kills its process", [None, None], DIED),
        ("a fault, then it kills its process", [FAULT, None, None], DIED),
        ("the last try dies with another one's", [FAULT, FAULT, None, outcome(16)], ""),
        ("it dies with another one's, then a fault", [None, FAULT, outcome(16)], ""),
        ("it dies with another one's, and then faults", [None, FAULT, None, FAULT, FAULT], "the engine died"),
    ],
)
def test_what_is_tried_again(about: str, script: list[Outcome | None], expected: str, tmp_path: Path) -> None:
    tried: list[str] = []
    scripts: dict[str, list[Outcome | None]] = {"p": list(script), "q": [outcome(16)]}
    jobs = [Job(exercise=EXERCISE, version="v1", digest=path, path=path) for path in ("p", "q")]
    told: list[str] = []
    with store(tmp_path) as kept:
        run(
            jobs,
            lambda: Shared(EngineAddress(host="unix:///none", docker="", config="", path="")),
            kept,
            workers=2,
            done=lambda job, _: told.append(job.path),
            make=lambda _: Scripted(scripts, tried),
        )
        found = kept.outcome(EXERCISE.name, "v1", "p")
        assert kept.outcome(EXERCISE.name, "v1", "q") == outcome(16)
    assert found is not None, about
    assert found.fault == expected
    assert sorted(told) == ["p", "q"]
    assert scripts["p"] == []


class Looking(Executor):
    """An executor whose looks at submissions come to what a script says of their path, or all to the same."""

    def __init__(self, come: Come | dict[str, Come]) -> None:
        self._come = come

    def submit(self, _: Any, /, *words: Any, **__: Any) -> Future[Any]:
        future: Future[Any] = Future()
        come = self._come[words[1]] if isinstance(self._come, dict) else self._come
        if isinstance(come, Exception):
            future.set_exception(come)
        else:
            future.set_result(Looked(found=come))
        return future


@pytest.mark.parametrize(
    ("about", "come", "status", "jobs"),
    [
        ("it can be graded", "d1", "not_judged", 1),
        ("it cannot be used", Outcome(refused="no Dockerfile"), "refused", 0),
        ("no room for a copy of it", Outcome(fault="the disk is full"), "not_judged", 0),
        ("looking at it killed the process", BrokenProcessPool(), "not_judged", 0),
    ],
)
def test_a_fault_of_the_machine_is_no_refusal(about: str, come: Come, status: str, jobs: int, tmp_path: Path) -> None:
    with store(tmp_path) as kept:
        found = take_in([given("ada")], COURSE, kept, Looking(come), make=lambda _: Looking(come))
        assert len(found) == jobs, about
        (row,) = rows(kept, COURSE)
    assert (row.status, row.score) == (status, None), about


def test_one_that_kills_its_process_takes_nobody_with_it(tmp_path: Path) -> None:
    """All that waited with it are looked at once more, and so is what met a fault."""
    class_of_four = [given(name, name) for name in ("ada", "bob", "eve", "joe")]
    first: dict[str, Come] = dict.fromkeys(("ada", "bob", "eve"), BrokenProcessPool()) | {"joe": FAULT}
    then: dict[str, Come] = {"ada": "d1", "bob": BrokenProcessPool(), "eve": Outcome(refused="no"), "joe": "d2"}
    made: list[Looking] = []

    def make(_: int) -> Looking:
        made.append(Looking(then))
        return made[-1]

    with store(tmp_path) as kept:
        assert [job.digest for job in take_in(class_of_four, COURSE, kept, Looking(first), make=make)] == ["d1", "d2"]
        found = {row.student: (row.status, row.reason) for row in rows(kept, COURSE)}
    assert found == {
        "ada": ("not_judged", "not graded yet"),
        "bob": ("not_judged", DIED),
        "eve": ("refused", "no"),
        "joe": ("not_judged", "not graded yet"),
    }
    assert len(made) == 2


def test_what_cannot_be_read_on_this_machine_is_not_judged(tmp_path: Path) -> None:
    unread = HandIn(student="ada", exercise=EXERCISE.name, path="p", fault="p: cannot be read")
    with store(tmp_path) as kept:
        assert take_in([unread], COURSE, kept, Looking(AssertionError())) == []
        (row,) = rows(kept, COURSE)
    assert (row.status, row.reason) == ("not_judged", "p: cannot be read")


def test_whatever_a_look_breaks_is_an_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> None:
        raise RuntimeError("no more")

    monkeypatch.setattr(look_at, "alone", broken)
    looked = look_at.look(EXERCISE.folder, str(tmp_path))
    assert isinstance(looked, Outcome)
    assert looked.fault == "the grader itself failed: RuntimeError: no more"


@pytest.mark.parametrize(
    ("before", "asked", "expected"),
    [
        ("trusted", "hardened", "not_judged"),
        ("default", "hardened", "not_judged"),
        ("hardened", "hardened", "passed"),
        ("trusted", "trusted", "passed"),
        ("hardened", "trusted", "passed"),
    ],
)
@pytest.mark.parametrize("again", [True, False])
def test_a_verdict_of_less_isolation_does_not_stand_in_for_a_fault(
    before: Tier, asked: Tier, expected: str, again: bool, tmp_path: Path
) -> None:
    old = msgspec.structs.replace(from_json(outcome(16).report, Report), tier=before)
    with store(tmp_path) as kept:
        kept.keep(EXERCISE.name, "v1", "d1", Outcome(report=msgspec.json.encode(old)))
        jobs = take_in([given("ada")], COURSE, kept, Looking("d1"), again=again, tier=asked)
        assert len(jobs) == (again or before != asked)
        run(
            jobs,
            lambda: Shared(EngineAddress(host="unix:///none", docker="", config="", path="")),
            kept,
            workers=1,
            done=lambda *_: None,
            make=lambda _: Scripted({"p": [FAULT] * Shared.tries}, []),
        )
        (row,) = rows(kept, COURSE)
    assert row.status == expected
    assert row.reason == (FAULT.fault if expected == "not_judged" else "")
