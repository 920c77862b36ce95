"""The learners of an exercise, one a row."""

from __future__ import annotations

from grader.model.class_report import ClassExercise, LearnerLine
from grader.report.class_page.words import ClassWords
from grader.report.figures import number
from grader.report.html_page.element import Html, element
from grader.report.html_page.parts import cell
from grader.report.inert import message_on_one_line, one_line

REASON = 200
"""The most characters of a reason that the table shows; the learner's page has all of it."""


def learners(exercise: ClassExercise, words: ClassWords) -> Html:
    """The table of all learners; the script makes its headings buttons that sort."""
    columns = (
        (words.learner, ""),
        (words.status, ""),
        (words.score, "right"),
        (words.took, "right"),
        (words.image, "right"),
        (words.waste, "right"),
        (words.remark, ""),
    )
    head = element("tr", *(element("th", name, scope="col", class_=side or None) for name, side in columns))
    inner = element(
        "table",
        element("caption", words.learners, class_="spoken"),
        element("thead", head),
        element("tbody", *(_row(one, words) for one in exercise.learners)),
        class_="learners sortable",
    )
    about = element("p", words.learners_about, class_="about sorts", hidden=True)
    return element("div", element("h3", words.learners), about, element("div", inner, class_="wide"), class_="part")


def _row(one: LearnerLine, words: ClassWords) -> Html:
    megabytes = "" if one.image_bytes is None else f"{one.image_bytes / 1e6:.1f}"
    waste = "" if one.image_bytes is None else f"{one.wasted_bytes / 1e6:.1f}"
    return element(
        "tr",
        element("th", named(one), scope="row"),
        cell(badge(one.status, words)),
        cell("" if one.score is None else number(one.score), label=words.score, kind="right"),
        cell(f"{one.seconds:.1f}" if one.seconds else "", label=words.took, kind="right"),
        cell(megabytes, label=words.image, kind="right"),
        cell(waste, label=words.waste, kind="right"),
        cell(_remark(one, words)),
    )


def badge(status: str, words: ClassWords) -> Html:
    """A status as a sign and a word, so that its colour is never alone."""
    sign, word = next((sign, word) for key, sign, word in words.statuses if key == status)
    return element("span", element("span", sign, aria_hidden="true"), " ", word, class_=f"status {status}")


def named(one: LearnerLine) -> Html:
    """A learner's name, with a link to the page of their report where there is one."""
    name = one_line(one.student)
    return element("a", name, href=one.page) if one.page else element("span", name)


def _remark(one: LearnerLine, words: ClassWords) -> str:
    same = words.same_as.format(student=one_line(one.same_as)) if one.same_as else ""
    late = one.late_note or (words.late if one.late else "")
    if one.score != one.automatic_score and one.score is not None and one.automatic_score is not None:
        late = "; ".join(part for part in (late, words.before.format(points=number(one.automatic_score))) if part)
    parts = (late, same, one_line(one.comment), message_on_one_line(one.reason, characters=REASON))
    return "; ".join(part for part in parts if part)
