"""Results that the tests of the export formats share: one of each kind, and texts that steer, escape or overflow."""

from __future__ import annotations

import msgspec

from grader.model import CheckResult, Report
from grader.model.result import Result

BUILDS = CheckResult(name="builds", status="passed", points=1, max_points=1, seen="built in 7.4 s")
ANSWERS = CheckResult(name="answers_http", status="passed", points=2, max_points=2, seen="200 after 0.4 s")
CACHE = CheckResult(
    name="cache_survives_source_edit",
    status="failed",
    points=0,
    max_points=4,
    line=3,
    expected="'pip install' from the cache",
    seen="'pip install' ran again (6.2 s)",
    why="the first step that cannot be reused makes every later step run",
    hints=("Which line brings the edited file into the image?",),
)
DEPENDS = CheckResult(
    name="stops_in_time",
    status="not_judged",
    points=0,
    max_points=2,
    seen="it depends on 'cache', which has not passed",
)
NO_USE = CheckResult(
    name="needs_nothing", status="not_judged", points=0, max_points=0, seen="there is nothing to judge", applies=False
)
MACHINE = CheckResult(
    name="answers_http", status="not_judged", points=0, max_points=8, seen="the engine died", machine=True
)


def _report(score: float, *checks: CheckResult) -> Report:
    states = {one.status for one in checks if one.applies}
    status = "not_judged" if any(one.machine for one in checks) else "failed" if states != {"passed"} else "passed"
    return Report(exercise="05-cache", status=status, score=score, max_score=9, checks=checks)


PASSED = Result(
    student="ada",
    exercise="05-cache",
    title="Keep the cache warm",
    status="passed",
    score=9,
    max_score=9,
    automatic_score=9,
    seconds=7.5,
    report=_report(9, msgspec.structs.replace(BUILDS, points=9, max_points=9)),
)
PARTIAL = msgspec.structs.replace(
    PASSED, status="failed", score=3, report=_report(3, BUILDS, ANSWERS, CACHE, DEPENDS, NO_USE)
)
FAULT = msgspec.structs.replace(
    PASSED,
    status="not_judged",
    score=None,
    automatic_score=None,
    reason="the engine died",
    report=_report(1, BUILDS, MACHINE),
)
REFUSED = msgspec.structs.replace(FAULT, status="refused", reason="no Dockerfile in it", report=None)
MISSING = msgspec.structs.replace(REFUSED, status="missing", reason="nothing was handed in")

HOSTILE = (
    "\x1b]0;title\x07\x1b[2J\x1b[31mPASS",
    "]]>",
    "<![CDATA[ </failure></testcase> <!-- &amp; &#0; ]]>",
    "a\x00b\x0b\x85\ufffe\uffff",
    "\u202e\u2066evil\u200b\u2028",
    "\ud800 half",
    '=HYPERLINK("http://x")',
    "@SUM(1)\r\n+1\r\n-1",
    "＝1+1",
    'O"Neil, Jr; "x"\n"y',
    "Points Possible",
    "x" * 1_000_000,
    "\x1b" * 40_000,
    "é张" * 30_000,
)


def hostile(text: str) -> Result:
    """A result whose every text is this one."""
    checks = (
        msgspec.structs.replace(BUILDS, seen=text),
        msgspec.structs.replace(CACHE, seen=text, expected=text, why=text, hints=(text,)),
        msgspec.structs.replace(DEPENDS, seen=text),
    )
    return msgspec.structs.replace(PARTIAL, score=0, title=text, reason=text, comment=text, report=_report(0, *checks))
