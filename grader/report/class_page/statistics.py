"""The figures of an exercise: who has what, how the points are spread, what each check tells."""

from __future__ import annotations

from collections import Counter

from grader.model.class_report import CheckStatistics, ClassExercise
from grader.report.class_page.words import ClassWords
from grader.report.figures import number
from grader.report.html_page.element import Html, element, joined
from grader.report.html_page.parts import bar, cell, picture, table
from grader.report.inert import message_on_one_line, one_line

REASON = 300
"""The most characters of what was seen that the table shows."""


def summary(exercise: ClassExercise, words: ClassWords) -> Html:
    """How many learners there are of each status, and the median of their points."""
    counts = Counter(one.status for one in exercise.learners)
    parts = [
        element("li", element("span", sign, aria_hidden="true"), f" {counts[key]} {word}", class_=f"status {key}")
        for key, sign, word in words.statuses
        if counts[key]
    ]
    most = number(exercise.max_score)
    median = words.no_scores
    if exercise.median is not None:
        median = words.median.format(median=number(exercise.median), most=most)
    said = f"{words.learners_are.format(count=len(exercise.learners))}. {median}"
    return joined(element("p", said, class_="about"), element("ul", *parts, class_="counts"))


def distribution(exercise: ClassExercise, words: ClassWords) -> Html | None:
    """A bar a tenth of the points, as rows of a table, so that picture and text are one."""
    most = max(exercise.bins, default=0)
    if not most:
        return None
    rows = []
    for at, count in enumerate(exercise.bins):
        share = words.bin_all if at == 10 else words.bin_of.format(low=10 * at, high=10 * at + 10)
        pieces = [bar(0, count / most, "own-1")] if count else []
        rows.append(
            element(
                "tr",
                element("th", share, scope="row"),
                cell(picture(*pieces, kind="share-bar"), kind="share"),
                cell(str(count), kind="right"),
            )
        )
    columns = ((words.share, ""), (words.as_a_bar, "share"), (words.count, "right"))
    return _part(words.distribution, words.distribution_about, table(words.distribution, columns, rows, kind="spread"))


def checks(exercise: ClassExercise, words: ClassWords) -> Html:
    """A row a check, the one that fewest have passed first."""
    rows = [_check(one, exercise, words) for one in sorted(exercise.checks, key=_rate)]
    columns = ((words.check, ""), (words.passed, "share"), (words.discrimination, "right"), (words.reasons, ""))
    return _part(words.checks, words.checks_about, table(words.checks, columns, rows, kind="checks"))


def _rate(one: CheckStatistics) -> float:
    return one.passed / (one.passed + one.failed) if one.passed + one.failed else 2.0


def _check(one: CheckStatistics, exercise: ClassExercise, words: ClassWords) -> Html:
    judged = one.passed + one.failed
    rate = f"{one.passed / judged:.0%} ({one.passed} / {judged})" if judged else "–"
    pieces = [bar(0, one.passed / judged, "own-1")] if judged else []
    reasons = [
        element(
            "li",
            element("strong", words.times.format(count=reason.count)),
            f" {message_on_one_line(reason.seen, characters=REASON)} ",
            _example(exercise, reason.example, words),
        )
        for reason in one.reasons
    ]
    apart = "–" if one.discrimination is None else f"{one.discrimination:+.2f}".replace("-", "−")
    return element(
        "tr",
        element("th", one.name.replace("_", " "), " ", element("small", number(one.points)), scope="row"),
        cell(picture(*pieces, kind="share-bar"), element("span", rate), label=words.passed, kind="share"),
        cell(apart, label=words.discrimination, kind="right"),
        cell(element("ul", *reasons, class_="reasons") if reasons else "–", label=words.reasons),
    )


def _example(exercise: ClassExercise, at: int, words: ClassWords) -> Html:
    one = exercise.learners[at]
    said = words.example.format(student=one_line(one.student))
    return element("a", said, href=one.page) if one.page else element("small", said)


def _part(title: str, about: str, inner: Html) -> Html:
    return element("div", element("h3", title), element("p", about, class_="about"), inner, class_="part")
