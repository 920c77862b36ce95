"""What a person reads: the terminal's text, and the notebook's fragment with the same values."""

import html
import io
import re

import msgspec
import pytest
from rich.console import Console

from grader.report import figures, html_fragment, terminal
from grader.report.view import view
from grader.report.words import ENGLISH

STOPPED_80 = """\
A first image  (01-first)
Score  0 of 3 points  ░░░░░░░░░░░░░░░░░░░░░░░░  ✗ failed
1 of 3 checks failed, 2 of 3 checks could not be judged

✗ failed  0 of 1 points  builds
    Line 3: RUN apt-get install -y curll
      seen      'apt-get install -y curll' ended with exit code 100
                Reading package lists...
                E: Unable to locate package curll
      expected  every step of the build ends well
      hint      1. Read the last lines that the step printed.
      hint      1 hint is not shown; --hints 2 shows it

– not judged  0 of 2 points  runs
    because  the check 'builds' has to pass first

– not judged  0 of 0 points  stops
    because  the engine stopped answering
             This is a fault of the machine, not of the submission: it costs no
             points. Try again later.

Build
  Line  Step                                               Result  Seconds  Size
     3  RUN apt-get install -y curll                       failed      1.2     -
  The build stopped at line 3: 'apt-get install -y curll' ended with exit code
  100
  built in 2.0 s; isolation: trusted
"""


def test_the_whole_text(stopped):
    assert terminal.render(stopped, hints=1) == STOPPED_80


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(usual, width):
    assert max(len(line) for line in terminal.render(usual, width=width).splitlines()) <= width


@pytest.mark.parametrize(
    ("hints", "shown", "said"),
    [
        (0, 0, "3 hints are not shown; --hints 1 shows the next one"),
        (2, 2, "1 hint is not shown; --hints 3 shows it"),
        (3, 3, None),
        (9, 3, None),
        (True, 3, None),
        (False, 0, "3 hints are not shown"),
    ],
)
def test_hints(usual, hints, shown, said):
    text = terminal.render(msgspec.structs.replace(usual, checks=usual.checks[2:3]), hints=hints)
    assert len(re.findall(r"hint +\d\.", text)) == shown
    assert said in text if said else "not shown" not in text


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_that_want_it(usual, environment, coloured):
    out = io.StringIO()
    terminal.show(usual, Console(file=out, width=80, force_terminal=True, _environ=environment))
    assert ("\x1b[" in out.getvalue()) is coloured


def test_a_pipe_gets_plain_text(usual):
    out = io.StringIO()
    terminal.show(usual, Console(file=out, width=80))
    assert out.getvalue() == terminal.render(usual)


def test_colour_is_never_alone(usual):
    plain = re.sub(r"\x1b\[[0-9;]*m", "", terminal.render(usual, colour=True))
    assert [line.rstrip() for line in plain.splitlines()] == terminal.render(usual).splitlines()
    for word in ("✓ passed", "✗ failed", "– not judged"):
        assert word in plain


def test_markup_is_only_text(usual):
    assert "[bold]10/10[/bold] <script>alert(1)</script>" in terminal.render(usual, width=120)


def test_ascii(usual):
    text = terminal.render(usual, ascii_only=True)
    assert text.isascii()
    assert "+ passed" in text
    assert "#######-----------------" in text


def test_the_notebook_says_what_the_terminal_says(usual, stopped):
    for report in (usual, stopped):
        page = html.unescape(re.sub(r"<[^>]*>", " ", html_fragment.render(report).replace("&nbsp;", " ")))
        said = " ".join(page.split())
        seen = view(report, ENGLISH)
        texts = [
            seen.title,
            seen.score,
            seen.summary,
            seen.stopped,
            seen.printed,
            *seen.remarks,
            *seen.remarks_missing,
            *seen.totals,
        ]
        for check in seen.checks:
            texts += [check.word, check.points, check.title, check.where, *check.hints, *sum(check.rows, ())]
        for step in seen.steps:
            texts += [step.line, step.command, step.result, step.seconds, step.size]
        assert [text for text in texts if " ".join(text.split()) not in said] == []


def test_the_notebook_can_be_heard_and_opened(usual):
    page = html_fragment.render(usual)
    assert page.count("<details") == 4
    assert page.count('scope="col"') == 5
    assert page.count('scope="row"') == 4 + 8
    assert "<script" not in page
    assert "http" not in page.replace("answers http", "").replace("answers_http", "")


def test_the_printed_output_is_shown_once(stopped):
    without = msgspec.structs.replace(stopped, checks=())
    assert "the last lines that the step printed:\n    Reading package lists..." in terminal.render(without)
    assert terminal.render(stopped).count("Unable to locate") == 1
    assert "nothing was checked" in terminal.render(without)


def test_another_language_stands_beside_english(usual):
    words = msgspec.structs.replace(ENGLISH, lang="zh-Hans", passed="通过", score="得分")
    assert "✓ 通过" in terminal.render(usual, words=words)
    assert '<section lang="zh-Hans"' in html_fragment.render(usual, words=words)


@pytest.mark.parametrize(
    ("value", "text"), [(7.0, "7"), (2.5, "2.5"), (1 / 3, "0.33"), (0.0, "0"), (100.0, "100"), (10, "10")]
)
def test_numbers(value, text):
    assert figures.number(value) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (13_412, "13.4 kB"), (999_999, "1 MB"), (2 * 10**15, "2000 TB")],
)
def test_sizes(count, text):
    assert figures.size(count) == text


@pytest.mark.parametrize(("value", "text"), [(0.04, "0.0 s"), (6.21, "6.2 s"), (119.9, "119.9 s"), (125, "2 min 05 s")])
def test_seconds(value, text):
    assert figures.seconds(value) == text


def test_remarks_say_whose_they_are_and_which_check_looks_at_the_same(usual):
    text = " ".join(terminal.render(usual, width=200).split())
    assert "Line 4: Avoid use of cache directory with pip. (hadolint DL3042)" in text
    assert "Line 6: JSON arguments (buildkit JSONArgsRecommended; looked at here by 'stops in time')" in text
    assert "remarks not available: BuildKit: its checks were not over after 15 s" in text


def test_many_remarks_are_counted(usual):
    many = msgspec.structs.replace(usual, remarks=usual.remarks[:1] * 50)
    assert terminal.render(many).count("hadolint DL3042") == 20
    assert "30 more are in the report for other programs" in " ".join(terminal.render(many).split())
