"""The words of the class's page, and of a learner's who has no report; one frozen value a language."""

from __future__ import annotations

import msgspec


class ClassWords(msgspec.Struct, frozen=True, kw_only=True):
    """The words of the page in one language; names in braces are filled in."""

    lang: str = "en"
    document: str = "Results of a class"
    title: str = "What the class came to"
    contents: str = "Exercises"
    skip: str = "To the results"
    learners_are: str = "{count} learners"
    median: str = "The median is {median} of {most} points."
    no_scores: str = "No submission has a score yet."
    statuses: tuple[tuple[str, str, str], ...] = (
        ("passed", "✓", "passed"),
        ("failed", "✗", "points lost"),
        ("refused", "!", "refused"),
        ("not_judged", "?", "not judged"),
        ("missing", "–", "missing"),
    )
    looks: str = "Who needs a look"
    looks_about: str = "Whoever has no score, few points, or took or hides far more than the others."
    looks_none: str = "Nobody: all were judged, and none is far from the others."
    why: str = "Why"
    who: str = "Who"
    look_kinds: tuple[tuple[str, str], ...] = (
        ("not_judged", "not judged; grade again when the machine is well"),
        ("refused", "what was handed in cannot be used; the remark says why"),
        ("missing", "nothing was handed in"),
        ("few_points", "less than a quarter of the points"),
        ("slow", "took over {over:.0f} s, far more than the others"),
        ("waste", "over {over:.0f} MB hidden in layers, far more than the others"),
    )
    distribution: str = "How the points are spread"
    distribution_about: str = "How many learners have that share of the points. Whoever was not judged is not counted."
    share: str = "Share of the points"
    bin_of: str = "{low} to {high} %"
    bin_all: str = "all points"
    as_a_bar: str = "As a bar"
    count: str = "Learners"
    checks: str = "What each check tells"
    checks_about: str = (
        "Passed: the share of those on whom it was judged. Tells apart: how much, among them, passing it goes with "
        "the points of all other checks, from −1 to 1; near 0 it says little about who has understood, below 0 look "
        "at the check or the task."
    )
    check: str = "Check"
    passed: str = "Passed"
    discrimination: str = "Tells apart"
    reasons: str = "What was seen where it was failed"
    times: str = "{count} ×"
    example: str = "for example {student}"
    learners: str = "Each learner"
    learners_about: str = "A heading sorts by its column, and again the other way round."
    learner: str = "Learner"
    status: str = "Status"
    score: str = "Points"
    took: str = "Seconds"
    image: str = "Image, MB"
    waste: str = "Hidden, MB"
    remark: str = "Remark"
    late: str = "late"
    before: str = "{points} by the checks alone"
    same_as: str = "the same files as {student}"
    alike: str = "Answers that are nearly the same"
    alike_about: str = (
        "How much two have in common is the share of short passages (four words in a row within a line) of Dockerfile "
        "and build context that both have, of those that either has, whatever their order. Comments, spaces, "
        "punctuation and letter case do not count, nor does what the exercise gives or most of a larger class has. "
        "From 70 % on they are named here. That is a question and not a verdict: short tasks have few right answers, "
        "and learners who work together write alike."
    )
    alike_share: str = "{share} in common"
    alike_least: str = "each at least {share} in common with another one"
    alike_show: str = "What two of them wrote, side by side; marked is what the other one lacks"
    alike_show_one: str = "What they wrote"
    alike_same: str = "All have the same"
    alike_both: str = "Both have the same"
    alike_lacks: str = "{student} has no such file"
    alike_none: str = "No two answers of some length are nearly the same."
    refused: str = "This could not be used, so nothing was built and there are no points yet."
    refused_next: str = (
        "Mend that and hand in again. Before that, ./drydock check {exercise} FOLDER says whether it can be used."
    )
    not_judged: str = "This has not been judged. That says nothing about your work, and costs you no points."
    not_judged_next: str = "The machine that grades is to blame. Whoever gives the course can have it graded again."
    found: str = "What was found"
    next: str = "What to do"
    made: str = "Made by Drydock. Nothing on this page is loaded from elsewhere."


ENGLISH = ClassWords()
