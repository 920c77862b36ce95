"""What learners may have of a report: of a withheld check its points, in every format, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from grader.model import Report
from grader.model.result import Result
from grader.report import as_json, exports, html_page, terminal
from grader.report.withheld import NOT_SHOWN, told

NAMES = ("answers_http", "cache_survives_source_edit")
LEAKS = (
    *NAMES,
    "Copying all the source",
    "ran again",
    "pip install' from the cache",
    "GET / at port",
    "Which line brings",
)


def test_points_and_status_stay_and_the_words_go(usual: Report) -> None:
    found = told(usual, NAMES)
    assert [one.name for one in found.checks] == [
        "builds", "withheld-1", "withheld-2", "prints_greeting", "stops_in_time",
    ]  # fmt: skip
    for before, after in zip(usual.checks, found.checks, strict=True):
        assert (before.status, before.points, before.max_points) == (after.status, after.points, after.max_points)
    assert (found.checks[1].seen, found.checks[2].hints, found.checks[2].line) == (NOT_SHOWN, (), None)
    assert found.checks[4].seen == "the check 'withheld-1' has to pass first"
    assert (found.score, found.max_score, found.status) == (usual.score, usual.max_score, usual.status)
    assert told(usual, ("no_such_check",)) is usual


@pytest.mark.parametrize("name", [*exports.names(), "page", "terminal", "json"])
def test_no_format_tells_of_it(name: str, usual: Report) -> None:
    found = told(msgspec.structs.replace(usual, dockerfile=()), NAMES)
    texts = {"page": html_page.render, "json": as_json.render, "terminal": lambda one: terminal.render(one, hints=True)}
    if name in texts:
        said = texts[name](found)
    else:
        result = Result(
            student="ada", exercise=found.exercise, title="", status=found.status, score=found.score,
            max_score=found.max_score, report=found,
        )  # fmt: skip
        one = exports.load(name)
        said = one.render_class([result]) if one.render_class is not None else one.of_one(result)
    text = said if isinstance(said, str) else said.decode()
    assert [leak for leak in LEAKS if leak in text] == []
