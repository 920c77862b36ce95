"""Text of a submission is shown, never obeyed: in `visible` itself, and in every format."""

import json
import re
import unicodedata
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import (
    Build,
    BuildFailure,
    BuildRemark,
    CheckResult,
    LayerShown,
    Rebuilt,
    Remark,
    Report,
    Step,
    WasteShown,
)
from grader.report import as_json, html_fragment, terminal
from grader.report.inert import few_lines, inert, inert_json, message_on_one_line, one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, Übung, データ, 🐳, é", "plain text, Übung, データ, 🐳, é"),
        ("two\nlines\r\n", "two\nlines\n"),
        ("a\tb", "a    b"),
        ("\x1b[2J", "\\x1b[2J"),
        ("over\rwritten", "over\\x0dwritten"),
        ("a\0b\x07\x7f", "a\\x00b\\x07\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("line\u2028end", "line\\u2028end"),
        ("\udcff", "\\udcff"),
        ("\u3164", "\\u3164"),
        ("C:\\new", "C:\\new"),
        ("::error file=x::pwned", "\\x3a:error file=x::pwned"),
        ("a\n \u00a0::Set-Output name=score::100", "a\n \u00a0\\x3a:Set-Output name=score::100"),
        ("text ::endgroup::", "text \\x3a:endgroup::"),
        ("##vso[task.setvariable variable=a]1", "\\x23#vso[task.setvariable variable=a]1"),
        ("x ##[error]y ##teamcity[a b='c']", "x \\x23#[error]y \\x23#teamcity[a b='c']"),
        ("::1 - GET /", "::1 - GET /"),
        ("std::chrono::seconds", "std::chrono::seconds"),
        ("## A heading", "## A heading"),
        ("##[1]", "##[1]"),
    ],
)
def test_visible(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown


@pytest.mark.parametrize("text", ["x" * 5_000, "line\n" * 1_000, "\x1b" * 2_000, "head" + "é" * 4_000 + "tail"])
@pytest.mark.parametrize("most", [10, 100, 1_000])
def test_what_is_too_long_keeps_its_ends(text, most):
    shown = visible(text, characters=most)
    assert len(shown) <= most
    assert visible(shown, characters=most) == shown
    if most >= 100:
        assert "characters left out" in shown
        assert (shown[:4], shown[-4:]) == (visible(text)[:4], visible(text)[-4:])


def test_few_lines_and_one_line():
    assert few_lines("a\nb", 2) == "a\nb"
    assert few_lines("\n".join("abcdefgh"), 4) == "a\n[… 5 lines left out …]\ng\nh"
    assert one_line(" a\n  b\tc\x1b ") == "a b c\\x1b"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("no Dockerfile", "no Dockerfile"),
        ("no Dockerfile\n  hand one in", "no Dockerfile; hand one in"),
        ("There is no Dockerfile.\n  Hand one in.", "There is no Dockerfile. Hand one in."),
        ("two lines\nof one text\n  do this\n  and this", "two lines of one text; do this and this"),
    ],
)
def test_a_message_on_one_line(message: str, expected: str) -> None:
    assert message_on_one_line(message) == expected


def test_a_line_that_is_cut_says_how_much_is_left_out_of_the_whole():
    shown = one_line("begins\n" + "x" * 3_000_000 + "\nends", characters=200)
    assert shown.startswith("begins x")
    assert shown.endswith("x ends")
    assert "[… 2,999,812 characters left out …]" in shown
    assert (len(shown) <= 200, "\n" in shown) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "\u202eada",
        "a\u200bda",
        "\U000e0041",
        "\x7f\x85\x9b",
        "\u3164",
        "##vso[task.x]",
        "::error::x",
        "a\n\t\x1b",
        'é張🐳"\\',
    ],
)
def test_json_means_the_same_and_steers_nobody(text):
    made = inert_json(json.dumps({text: [text, 1]}, ensure_ascii=False, indent=1))
    assert json.loads(made) == {text: [text, 1]}
    assert odd(made) == set()
    assert visible(made) == made.replace("\t", "    ")


TEXT = st.text(max_size=30) | st.sampled_from(
    ["\x1b[31m", "[bold]x[/bold]", "<b>&\"'", "\x9b2J", "\r\n\r", "\u202ex", "[/]", ":boom:"]
)


@st.composite
def reports(draw):
    """A report whose every text is anything at all."""
    number = st.none() | st.integers(1, 99)
    status = st.sampled_from(["passed", "failed", "not_judged"])
    check = st.builds(
        CheckResult, name=TEXT, status=status, points=st.just(1.0), max_points=st.just(2.0), line=number,
        expected=TEXT, seen=TEXT, why=TEXT, hints=st.tuples(TEXT, TEXT), machine=st.booleans(),
    )  # fmt: skip
    step = st.builds(Step, command=TEXT, stage=TEXT, line=number, output=TEXT, error=TEXT, bytes=number)
    failure = st.builds(BuildFailure, cause=st.just("step"), message=TEXT, line=number, command=TEXT, output=TEXT)
    remark = st.builds(BuildRemark, text=TEXT, line=number, seconds=st.just(0.0))
    build = st.builds(
        Build, builder=st.just("classic"), image=TEXT, steps=st.tuples(step, step), remarks=st.tuples(remark),
        failure=st.none() | failure,
    )  # fmt: skip
    layer = st.builds(
        LayerShown, command=TEXT, line=number, base=st.booleans(), bytes=st.integers(0, 10**12),
        wasted=st.integers(0, 10**12), added=st.integers(0, 9),
    )  # fmt: skip
    layers = st.integers(0, 5)
    said = st.builds(Remark, source=TEXT, rule=TEXT, text=TEXT, line=number, check=TEXT)
    waste = st.builds(
        WasteShown, path=TEXT, bytes=st.integers(0, 9), added_in=layers, hidden_in=layers, added_line=number,
        hidden_line=number,
    )  # fmt: skip
    return draw(
        st.builds(
            Report, exercise=TEXT, title=TEXT, submission=TEXT, status=status, score=st.just(1.0),
            max_score=st.just(2.0), checks=st.tuples(check, check), build=build, engine=TEXT, tier=TEXT,
            timing=st.dictionaries(TEXT, st.just(1.0), max_size=2), dockerfile=st.lists(TEXT, max_size=9).map(tuple),
            layers=st.lists(layer, max_size=3).map(tuple), wasted=st.tuples(waste),
            remarks=st.tuples(said), remarks_missing=st.tuples(TEXT),
            rebuilds=st.tuples(st.builds(Rebuilt, edit=TEXT, build=build)),
        )
    )  # fmt: skip


def odd(text):
    return {char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self):
        super().__init__()
        self.seen = set()
        self.open = []

    def handle_starttag(self, tag, attributes):
        self.seen |= {tag, *(f"{tag} {name}" for name, _ in attributes)}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


ALLOWED = {
    "section", "h3", "h4", "p", "div", "span", "strong", "small", "br", "pre", "table", "thead", "tbody", "tr", "th",
    "td", "details", "summary", "ul", "li",
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(reports(), st.booleans())
def test_no_text_steers_any_format(report, hints):
    assert odd(terminal.render(report, hints=hints)) == set()
    assert odd(re.sub(r"\x1b\[[0-9;]*m", "", terminal.render(report, hints=hints, colour=True))) == set()
    assert terminal.render(report, hints=hints, ascii_only=True).isascii()
    assert odd(as_json.render(report).decode()) == set()
    page = html_fragment.render(report)
    assert odd(page) == set()
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert {tag.split()[0] for tag in tags.seen} <= ALLOWED
    assert {tag.split()[1] for tag in tags.seen if " " in tag} <= {
        "style",
        "lang",
        "aria-label",
        "aria-hidden",
        "scope",
    }
    assert as_json.read(as_json.render(report)) == inert(report)
    json.loads(as_json.render(report))


def test_inert_reaches_every_text(usual):
    marked = msgspec.structs.replace(usual, timing={"\x1b": 1.0}, engine="\x1b")
    assert "\x1b" not in repr(inert(marked)).replace("\\\\x1b", "")
    assert "\\x1b" in inert(marked).timing
