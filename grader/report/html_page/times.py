"""The time of the build, and of the builds after an edit, all at the same scale."""

from __future__ import annotations

from grader.model import Build, Report, Step
from grader.report.figures import seconds
from grader.report.html_page.element import Html, element
from grader.report.html_page.parts import bar, cell, picture, section, table
from grader.report.html_page.places import Places
from grader.report.html_page.words import PageWords
from grader.report.inert import inert, one_line
from grader.report.view import View, step_view
from grader.report.words import Words

LEAST = 0.006
STEPS = 200


def times(report: Report, seen: View, words: Words, page: PageWords, places: Places) -> Html:
    """A table a build: each step with its bar, a word and its seconds."""
    if report.build is None:
        return section("time", page.time, element("p", page.no_build))
    builds = [(page.first_build, report.build)]
    builds += [(page.rebuild.format(edit=one_line(each.edit)), each.build) for each in report.rebuilds]
    longest = max(0.001, *(build.seconds for _, build in builds), *(_end(build) for _, build in builds))
    parts = [_build(title, build, longest, words, page, places) for title, build in builds]
    stopped = None
    if seen.stopped:
        stopped = element("p", element("strong", f"{seen.stopped}: "), seen.stopped_text, class_="stopped")
    printed = None
    if seen.printed:
        printed = element("div", element("p", f"{words.printed}:"), element("pre", seen.printed, tabindex=0))
    about = element("p", page.time_about, class_="about") if len(builds) > 1 else None
    return section("time", page.time, about, *parts, stopped, printed)


def _end(build: Build) -> float:
    """Seconds from the build's start to the end of its last step."""
    return max((step.began + step.took for step in build.steps), default=0.0)


def _build(title: str, build: Build, longest: float, words: Words, page: PageWords, places: Places) -> Html:
    ran = len(build.ran)
    said = page.all_cached if build.steps and not ran else page.steps_ran
    about = f"{seconds(build.seconds)}, {said.format(ran=ran, all=len(build.steps))}"
    columns = (
        (words.column_line, "right"),
        (words.column_step, ""),
        (page.timeline, "timeline"),
        (words.column_result, ""),
        (words.column_seconds, "right"),
        (words.column_size, "right"),
    )
    rows = [_row(step, longest, words, places) for step in build.steps[:STEPS]]
    return element(
        "div",
        element("h3", title, " ", element("small", about)),
        table(title, columns, rows, kind="steps") if rows else None,
        class_="build",
    )


def _row(step: Step, longest: float, words: Words, places: Places) -> Html:
    seen = step_view(inert(step, characters=300), words)
    kind = "failed" if step.error else "cached" if step.cached else "ran"
    line = places.line(step.line, seen.line) if step.line else seen.line
    return element(
        "tr",
        cell(line, label=words.column_line, kind="right"),
        element("th", element("code", seen.command), scope="row"),
        cell(picture(bar(step.began / longest, step.took / longest, kind, least=LEAST), kind="track"), kind="timeline"),
        cell(element("span", seen.result, class_=f"result {kind}"), label=words.column_result),
        cell(seen.seconds, label=words.column_seconds, kind="right"),
        cell(seen.size, label=words.column_size, kind="right"),
    )
