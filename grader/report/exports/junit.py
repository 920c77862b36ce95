"""JUnit XML: a suite for each learner and exercise, a case for each check.

Not judged: the case is an `error` where the machine was at fault, and `skipped` where it depends on a check that was
not passed, or does not apply. Without a report there is one case: an error, or skipped where nothing was handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from grader.model import CheckResult
from grader.model.result import Result
from grader.report.exports._said import said, without_score
from grader.report.figures import number
from grader.report.inert import inert, message_on_one_line, one_line

SUFFIX = ".xml"
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render_class(results: Sequence[Result]) -> bytes:
    """The file, UTF-8."""
    suites = [_suite(inert(one)) for one in results]
    root = Element("testsuites", name="drydock")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(result: Result) -> Element:
    suite = Element("testsuite", name=one_line(f"{result.exercise} {result.student}"), time=f"{result.seconds:.3f}")
    properties = SubElement(suite, "properties")
    score = "" if result.score is None else number(result.score)
    facts = {"student": result.student, "exercise": result.exercise, "status": result.status, "score": score}
    for name, value in {**facts, "max_score": number(result.max_score)}.items():
        SubElement(properties, "property", name=name, value=one_line(value))
    if result.report is None:
        kind = "skipped" if result.status == "missing" else "error"
        _add(SubElement(suite, "testcase", name="graded", classname=result.exercise, time="0"), kind, result)
    for check in result.report.checks if result.report else ():
        case = SubElement(suite, "testcase", name=check.name, classname=result.exercise, time="0")
        _finding(case, check)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, kind in _COUNTS.items():
        suite.set(name, str(sum(case.find(kind) is not None for case in cases)))
    return suite


def _add(case: Element, kind: str, result: Result) -> None:
    SubElement(case, kind, message=message_on_one_line(without_score(result)), type=result.status)


def _finding(case: Element, check: CheckResult) -> None:
    if check.status == "passed":
        SubElement(case, "system-out").text = said(check)
        return
    kind = "failure" if check.status == "failed" else "error" if check.machine else "skipped"
    SubElement(case, kind, message=one_line(check.seen), type=check.status).text = said(check)
