"""Results in other systems' formats: each read back by its schema or its rules, whatever a submission has printed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from jsonschema import Draft202012Validator

from grader.model import CheckResult, Report
from grader.model.result import Result
from grader.report import exports
from grader.report.exports.csv import COLUMNS as CSV_COLUMNS
from grader.report.exports.csv import TEXTS
from grader.report.inert import visible
from tests.report.exported import FAULT, HOSTILE, MISSING, PARTIAL, PASSED, REFUSED, hostile

SCHEMAS = Path(__file__).parent / "schemas"
JSON_FORMATS = ("gradescope", "exercism", "prairielearn", "check50", "github-classroom")
EVERY = {"passed": PASSED, "partial": PARTIAL, "fault": FAULT, "refused": REFUSED, "missing": MISSING}


def made(name: str, *results: Result) -> bytes:
    """What the format makes of these results."""
    found = exports.load(name)
    if found.render_class is not None:
        return found.render_class(results)
    assert found.render is not None
    return found.render(results[0])


def valid(name: str, result: Result) -> Any:
    """The JSON of a format, once its schema has taken it."""
    value = json.loads(made(name, result))
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [error.message[:200] for error in Draft202012Validator(schema).iter_errors(value)] == []
    return value


def test_a_format_is_a_file_and_says_how_it_tells_not_judged() -> None:
    found = exports.names()
    assert set(found) == {*JSON_FORMATS, "junit", "csv", "canvas", "moodle", "jsonl"}
    for name, line in found.items():
        assert exports.load(name).suffix.startswith(".")
        assert line.endswith(".")
        module = Path(exports.__path__[0]) / f"{name.replace('-', '_')}.py"
        assert "\nNot judged: " in module.read_text("utf-8")
    with pytest.raises(KeyError):
        exports.load("_said")


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind != "missing"])
def test_json_is_as_its_schema_says(name: str, kind: str) -> None:
    if name == "gradescope" and kind == "fault":
        with pytest.raises(exports.NoScoreError, match="ada: not judged: the engine died"):
            made(name, FAULT)
    else:
        valid(name, EVERY[kind])


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_json_of_hostile_text_is_inert_and_bounded(name: str, text: str) -> None:
    for result in (hostile(text), msgspec.structs.replace(REFUSED, reason=text, student=text)):
        data = made(name, result)
        valid(name, result)
        assert len(data) <= 1_000_000
        shown = json.dumps(json.loads(data), ensure_ascii=False)
        for bad in ("\x1b", "\x00", "\u202e", "\ud800"):
            assert bad not in shown
        if len(text) > 100_000 and "score" in shown:
            assert "characters left out" in shown


def test_gradescope_points() -> None:
    found = valid("gradescope", PARTIAL)
    assert (found["score"], [(one["score"], one["max_score"]) for one in found["tests"]]) == (
        3, [(1, 1), (2, 2), (0, 4), (0, 2), (0, 0)])  # fmt: skip
    assert [one.get("status") for one in found["tests"]] == ["passed", "passed", "failed", "failed", None]
    assert "not judged: it depends on" in found["tests"][3]["output"]
    assert found["tests"][2]["output"].startswith("Line 3\n'pip install' ran again")
    changed = valid("gradescope", msgspec.structs.replace(PARTIAL, score=7.5))
    assert changed["score"] == 7.5
    refused = valid("gradescope", REFUSED)
    assert (refused["score"], "no Dockerfile" in refused["output"]) == (0, True)


def test_exercism_statuses_and_limits() -> None:
    found = valid("exercism", PARTIAL)
    assert (found["status"], [one["status"] for one in found["tests"]]) == ("fail", ["pass", "pass", "fail", "error"])
    assert valid("exercism", PASSED)["status"] == "pass"
    fault = valid("exercism", FAULT)
    assert (fault["status"], fault["message"], fault["tests"]) == ("error", "not judged: the engine died", [])
    long = valid("exercism", hostile("x" * 1_000_000))
    assert 450 < max(len(one["output"] or "") for one in long["tests"]) <= 500
    assert all("left out" in (one["output"] or one["message"]) for one in long["tests"])
    assert len(valid("exercism", msgspec.structs.replace(FAULT, reason="y" * 1_000_000))["message"]) <= 65_535


def test_prairielearn_is_not_gradable_where_nothing_was_judged() -> None:
    assert valid("prairielearn", PARTIAL)["score"] == pytest.approx(3 / 9)
    assert valid("prairielearn", msgspec.structs.replace(PARTIAL, score=12))["score"] == 1
    assert valid("prairielearn", FAULT) == {"gradable": False, "message": "not judged: the engine died"}
    assert valid("prairielearn", REFUSED)["format_errors"] == ["no Dockerfile in it"]


def test_a_long_report_keeps_prairielearn_s_megabyte() -> None:
    checks = tuple(
        CheckResult(name=f"c{at}", status="failed", points=0, max_points=1, seen="ü" * 30_000, expected="z" * 30_000)
        for at in range(60)
    )
    report = Report(exercise="x", status="failed", score=0, max_score=60, checks=checks)
    data = made("prairielearn", msgspec.structs.replace(PARTIAL, report=report, score=0, max_score=60))
    assert len(data) <= 1_000_000
    assert len(json.loads(data)["tests"]) == 60


def test_check50_says_true_false_or_nothing() -> None:
    assert [one["passed"] for one in valid("check50", PARTIAL)["results"]] == [True, True, False, None, None]
    assert valid("check50", FAULT)["error"]["value"] == "not judged: the engine died"


def test_github_adds_up_to_the_score_and_hands_on_none_where_nothing_was_judged() -> None:
    found = valid("github-classroom", PARTIAL)
    assert (found["status"], sum(one["score"] for one in found["tests"]), found["max_score"]) == ("fail", 3, 9)
    changed = valid("github-classroom", msgspec.structs.replace(PARTIAL, score=1.5, comment="two days late"))
    assert sum(one["score"] for one in changed["tests"]) == 1.5
    assert "two days late" in changed["tests"][-1]["message"]
    fault = valid("github-classroom", FAULT)
    assert (fault["status"], fault["max_score"], [one["status"] for one in fault["tests"]]) == ("error", 0, ["error"])


# The rules of the widespread schema of JUnit XML: attributes (the required ones first), and children in their order.
JUNIT = {
    "testsuites": ((), ("name", "tests", "failures", "errors", "time"), ("testsuite",)),
    "testsuite": (("name", "tests", "failures", "errors", "skipped"), ("time",), ("properties", "testcase")),
    "properties": ((), (), ("property",)),
    "property": (("name", "value"), (), ()),
    "testcase": (("name", "classname"), ("time",), ("skipped", "failure", "error", "system-out")),
    "skipped": ((), ("message", "type"), ()),
    "failure": ((), ("message", "type"), ()),
    "error": ((), ("message", "type"), ()),
    "system-out": ((), (), ()),
}


def junit(*results: Result) -> ElementTree.Element:
    """The document, once every element is as the rules say and the counts are true."""
    root = ElementTree.fromstring(made("junit", *results))
    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional, children = JUNIT[element.tag]
        assert set(required) <= set(element.attrib) <= {*required, *optional}
        order = [children.index(child.tag) for child in element]
        assert order == sorted(order)
        for name in ("tests", "failures", "errors", "skipped"):
            assert element.get(name, "0").isdecimal()
    for suite in root:
        kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        for name, kind in kinds.items():
            assert suite.get(name) == str(len(suite.findall(f"testcase/{kind}")))
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert all(len(case) == 1 for case in suite.findall("testcase"))
    return root


def test_junit_of_each_kind() -> None:
    suites = list(junit(*EVERY.values()))
    kinds = [[case[0].tag for case in suite.findall("testcase")] for suite in suites]
    assert kinds == [
        ["system-out"],
        ["system-out", "system-out", "failure", "skipped", "skipped"],
        ["system-out", "error"],
        ["error"],
        ["skipped"],
    ]
    values = [{one.get("name"): one.get("value") for one in suite.iter("property")} for suite in suites]
    assert [one["score"] for one in values] == ["9", "3", "", "", ""]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_junit_of_hostile_text_is_well_formed_and_says_it(text: str) -> None:
    result = hostile(text)
    root = junit(msgspec.structs.replace(result, student=text), msgspec.structs.replace(REFUSED, reason=text))
    assert len(made("junit", result)) < 500_000
    if text == "]]>":
        assert [one.get("message") for one in root.iter("failure")] == ["]]>"]


def rows(data: bytes, encoding: str = "utf-8") -> list[list[str]]:
    """The table, once it is known to be one: lines of one length, every cell quoted, no formula."""
    text = data.decode(encoding)
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in found} == {len(found[0])}
    assert text.count('"') >= 2 * sum(map(len, found))
    assert not [cell for row in found for cell in row if cell != "-" and cell[:1] in tuple("=+-@\t\r＝＋－＠")]
    assert not [cell for row in found for cell in row if "\n" in cell or "\x00" in cell or len(cell) > 32_767]
    return found


def test_csv_has_a_line_for_each_check() -> None:
    found = rows(made("csv", *EVERY.values()), "utf-8-sig")
    assert found[0] == [*CSV_COLUMNS, *TEXTS]
    assert [(row[2], row[3], row[5], row[6]) for row in found[1:]] == [
        ("passed", "9", "builds", "passed"),
        ("failed", "3", "builds", "passed"),
        ("failed", "3", "answers http", "passed"),
        ("failed", "3", "cache survives source edit", "failed"),
        ("failed", "3", "stops in time", "not_judged"),
        ("failed", "3", "needs nothing", "not_judged"),
        ("not_judged", "", "builds", "passed"),
        ("not_judged", "", "answers http", "not_judged"),
        ("refused", "", "", ""),
        ("missing", "", "", ""),
    ]


@pytest.mark.parametrize("name", ["csv", "canvas", "moodle"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_tables_of_hostile_text(name: str, text: str) -> None:
    one = msgspec.structs.replace(hostile(text), student=text, comment=text, about={"name": text, "email": text})
    rows(made(name, one, msgspec.structs.replace(one, exercise="y", title=text)), "utf-8-sig")


def test_canvas_gradebook() -> None:
    told = {"name": "Points Possible, Ada", "canvas_id": "7", "sis_id": "s1", "login": "ada@x"}
    second = msgspec.structs.replace(FAULT, exercise="y", title="Another", student="eve")
    found = rows(made("canvas", msgspec.structs.replace(PARTIAL, student="ada", about=told), second))
    assert found == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Keep the cache warm", "Another"],
        ["Points Possible", "", "", "", "", "9", "9"],
        ["Points-Possible, Ada", "7", "s1", "ada@x", "", "3", ""],
        ["eve", "", "", "eve", "", "", ""],
    ]
    assert made("canvas", PARTIAL).startswith(b'"Student"')


def test_moodle_gradebook() -> None:
    told = {"name": "Ada Lovelace", "email": "ada@x", "id": "17"}
    second = msgspec.structs.replace(FAULT, exercise="y", title="Another", student="eve")
    first = msgspec.structs.replace(PARTIAL, student="ada", about=told, reason="cache: again")
    found = rows(made("moodle", first, second))
    assert found[0][4:] == ["Keep the cache warm", "Keep the cache warm (feedback)", "Another", "Another (feedback)"]
    assert found[1:] == [
        ["ada", "17", "ada@x", "Ada Lovelace", "3", "3 of 9 points; cache: again", "-", ""],
        ["eve", "", "", "eve", "-", "", "-", "not judged: the engine died"],
    ]


def test_json_lines() -> None:
    data = made("jsonl", *EVERY.values(), hostile("a\nb\x1b[2J"))
    schema = Draft202012Validator(json.loads((SCHEMAS / "jsonl.json").read_text("utf-8")))
    lines = [json.loads(line) for line in data.decode().splitlines()]
    assert [list(schema.iter_errors(line)) for line in lines] == [[]] * 6
    assert [line["score"] for line in lines] == [9, 3, None, None, None, 0]


NAMES = ("a\u202eda", "a\u200bda", "ada\U000e0041", "ada\x7f", "##vso[task.x]ada", "=1+1", "Ada 張, 🐳")


@pytest.mark.parametrize("name", NAMES)
def test_json_lines_name_a_learner_exactly_and_are_seen_as_they_are(name: str) -> None:
    data = made("jsonl", msgspec.structs.replace(PARTIAL, student=name, same_as=name))
    line = json.loads(data)
    assert (line["student"], line["same_as"]) == (name, name)
    assert visible(data.decode()) == data.decode()


def test_moodle_says_what_is_left_out_of_the_feedback() -> None:
    cell = rows(made("moodle", msgspec.structs.replace(PARTIAL, reason="x" * 10_000)))[1][-1]
    assert len(cell) <= 500
    assert "characters left out" in cell
