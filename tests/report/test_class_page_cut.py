"""The class's page says what it leaves out of a long Dockerfile."""

from __future__ import annotations

import msgspec

from grader import exercise
from grader.batch.summary import class_report
from grader.batch.values import Row
from grader.model import Report
from grader.report import class_page


def test_a_long_dockerfile_beside_another_one_says_what_is_left_out() -> None:
    long = tuple(f"RUN true {at}" for at in range(150))
    texts = (("FROM a", *long), ("FROM b", *long))
    rows = [
        Row(
            student=f"s{at}",
            exercise="02-first-dockerfile",
            status="failed",
            score=0,
            max_score=1,
            report=msgspec.json.encode(
                Report(exercise="x", status="failed", score=0, max_score=1, checks=(), dockerfile=text)
            ),
        )
        for at, text in enumerate(texts)
    ]
    course = exercise.exercises_folder()
    titles = {rows[0].exercise: exercise.load(course / rows[0].exercise)}
    assert class_page.render(class_report(rows, titles)).count("[… 51 lines left out …]") == 2
