"""The page of one report: what it says, that all of it is inert, and that its links lead somewhere."""

import html
import re
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import Phase, given, settings

from grader.model import LayerShown, PracticeShown, Rebuilt, Remark, Report, Step, WasteShown
from grader.report import html_page
from grader.report.html_page.element import Html, element, joined
from grader.report.view import view
from grader.report.words import ENGLISH
from tests.report.test_report_inert import odd, reports

VOID = {"meta", "link", "br", "rect", "line", "circle", "polygon"}
ATTRIBUTES = {
    "aria-hidden", "aria-label", "aria-labelledby", "charset", "class", "content", "data-label", "focusable", "height",
    "href", "http-equiv", "id", "lang", "name", "patternTransform", "patternUnits", "rel", "role", "scope", "tabindex",
    "cx", "cy", "dy", "fill", "fill-opacity", "font-size", "points", "r", "stroke", "stroke-dasharray",
    "stroke-opacity", "stroke-width", "text-anchor", "viewBox", "width", "x", "x1", "xmlns", "x2", "y", "y1", "y2",
}  # fmt: skip


class Page(HTMLParser):
    """A page taken apart: tags, attributes, ids, links, and the text of each element of a class."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.ids, self.links, self.open, self.text = [], set(), [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in VOID
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def said(page):
    return " ".join(" ".join(Page(page).text).split())


@pytest.fixture
def whole(usual):
    """A report with everything that a page can show."""
    return msgspec.structs.replace(
        usual,
        dockerfile=(
            "FROM python:3.13-slim",
            "WORKDIR /app",
            "COPY . .",
            "RUN pip install \\",
            "  --no-cache-dir x",
            'CMD ["python"]',
        ),
        layers=(
            LayerShown(command="base", base=True, bytes=128_000_000, added=4_000, wasted=2_000),
            LayerShown(command="COPY . . # buildkit", line=3, bytes=13_412, added=4),
            LayerShown(command="RUN pip install x", line=4, bytes=14_500_231, added=400, changed=5, deleted=1),
        ),
        wasted=(WasteShown(path="/usr/lib/x.pyc", bytes=2_000, added_in=0, hidden_in=2, hidden_line=4),),
        wasted_bytes=2_000,
        rebuilds=(Rebuilt(edit="app.py", build=usual.build),),
    )


def test_it_says_what_the_terminal_says(usual, stopped):
    for report in (usual, stopped):
        page = said(html_page.render(report))
        seen = view(report, ENGLISH)
        texts = [seen.title, seen.summary, seen.stopped, seen.printed]
        for check in seen.checks:
            texts += [check.word, check.points, check.title, check.command, *check.hints, *sum(check.rows, ())]
        for step in seen.steps:
            texts += [step.line, step.command, step.result, step.seconds, step.size]
        assert [text for text in texts if " ".join(text.split()) not in page] == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.13-slim",
        "✗ failed cache survives source edit it ran again (6.2 s) after one edit of app.py",
        "3 layers, 143 MB together",
        "1 base image base 4,000 added 128 MB 2 kB",
        "3 Line 4 RUN pip install x 400 added, 5 changed, 1 deleted 14.5 MB -",
        "/usr/lib/x.pyc 2 kB base image Line 4",
        "Build after an edit of app.py 7.4 s, 3 of 4 steps ran",
        "Hint 1 of 3",
        "4 Avoid use of cache directory with pip. hadolint DL3042",
        "6 JSON arguments buildkit JSONArgsRecommended stops in time",
        "No latest hadolint DL3007 ./drydock explain base_image_pinned",
        "remarks not available: BuildKit: its checks were not over after 15 s",
    ],
)
def test_it_shows(whole, text):
    page = said(html_page.render(msgspec.structs.replace(whole, checks=_on_line(whole, 4))))
    assert text in page


def _on_line(report, line):
    return tuple(msgspec.structs.replace(check, line=line if check.line else None) for check in report.checks)


def test_findings_link_to_lines_and_lines_to_findings(whole):
    page = html_page.render(whole)
    assert re.search(r'<li id="line-3" class="noted found".*?href="#check-3"', page)
    assert re.search(r'<article id="check-3".*?href="#line-3"', page)
    assert re.search(r'<tr id="layer-2".*?href="#line-3"', page)
    assert re.search(r'<li id="line-3".*?href="#layer-2"', page)


def test_a_line_that_is_not_there_is_no_link(whole):
    page = html_page.render(msgspec.structs.replace(whole, checks=_on_line(whole, 77)))
    assert "Line 77" in said(page)
    assert "#line-77" not in page


EMPTY = Report(exercise="x", status="not_judged", score=0, max_score=0, checks=())


@pytest.mark.parametrize(
    ("change", "sections", "text"),
    [
        ({}, ["checks", "facts"], "Nothing was checked."),
        ({"layers": (LayerShown(),)}, ["checks", "layers", "facts"], "1 layer, 0 B."),
        (
            {"dockerfile": ("RUUN",)},
            ["checks", "dockerfile", "layers", "time", "remarks", "facts"],
            "Nothing was built.",
        ),
        (
            {"dockerfile": ("FROM a",)},
            ["checks", "dockerfile", "layers", "time", "remarks", "facts"],
            "No image was made",
        ),
    ],
)
def test_only_what_was_handed_in_has_a_section(change, sections, text):
    page = html_page.render(msgspec.structs.replace(EMPTY, **change))
    assert [name for name in Page(page).ids if f'href="#{name}"' in page.partition("<main>")[0]] == sections
    assert text in said(page)


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(reports())
def test_no_text_steers_the_page(report):
    text = html_page.render(report)
    assert odd(text) == set()
    page = Page(text)
    assert page.attributes <= {name.lower() for name in ATTRIBUTES}
    assert set(page.tags) & {"script", "img", "iframe", "object", "form", "input", "base", "use", "image"} == set()
    assert page.tags.count("style") == 1
    assert len(page.ids) == len(set(page.ids))
    assert [link for link in page.links if link != "data:,"] == [
        link for link in page.links if link.startswith("#") and link[1:] in page.ids
    ]


def test_hostile_text_stays_text(whole):
    hostile = "</code></style><script>alert(1)</script><img src=x onerror=alert(1)> \u202eevil \x1b[31m\x00"
    lines = (hostile, "RUN " + hostile, "#" + hostile)
    layers = tuple(msgspec.structs.replace(layer, command=hostile) for layer in whole.layers)
    page = html_page.render(msgspec.structs.replace(whole, title=hostile, dockerfile=lines, layers=layers))
    assert "<script" not in page
    assert "<img" not in page
    assert "\\u202eevil \\x1b[31m\\x00" in html.unescape(page)


@pytest.mark.parametrize(
    "change",
    [
        {"dockerfile": ("RUN echo " + "x" * 2_000_000,)},
        {"dockerfile": ("RUN true",) * 50_000},
        {"layers": (LayerShown(command="y" * 1_000_000),) * 127},
    ],
)
def test_however_much_there_is_the_page_stays_small(whole, change):
    assert len(html_page.render(msgspec.structs.replace(whole, **change))) < 700_000


def test_what_is_left_out_of_a_long_dockerfile_is_said_and_what_was_found_is_kept(whole):
    lines = ("FROM a", *("RUN true",) * 2_000)
    page = html_page.render(msgspec.structs.replace(whole, dockerfile=lines, checks=_on_line(whole, 1_500)))
    assert "899 lines are left out here" in page
    assert "501 lines are left out here" in page
    assert 'id="line-1500"' in page


def test_cached_and_ran_are_words(whole):
    steps = (Step(command="RUN a", line=1, cached=True), Step(command="RUN b", line=2, took=1.0))
    build = msgspec.structs.replace(whole.build, steps=steps)
    page = said(html_page.render(msgspec.structs.replace(whole, build=build)))
    assert "RUN a cached 0.0" in page
    assert "RUN b ran 1.0" in page


def test_elements_escape_all_that_is_not_html():
    assert element("p", "<b>", Html("<i></i>"), None, class_='"x"') == '<p class="&quot;x&quot;">&lt;b&gt;<i></i></p>'
    assert (
        element("a", href="#", hidden=True, title=None, aria_label="&") == '<a href="#" hidden aria-label="&amp;"></a>'
    )
    assert joined("a", Html("<br>"), "&") == "a<br>&amp;"


def test_a_profile_is_a_picture_and_a_table_and_only_there_where_it_is_asked_for(whole):
    cache = PracticeShown(name="cache", about="what changes last", earned=1, possible=4)
    none = PracticeShown(name="multi-stage", about="stages", applies=False)
    page = html_page.render(msgspec.structs.replace(whole, profile=(cache, none)))
    assert "cache what changes last 1 of 4 points" in said(page)
    assert 'href="#profile"' in page
    assert "<polygon" in page
    assert "profile" not in html_page.render(whole).partition("</style>")[2]


def test_equal_remarks_stand_together_and_are_said_once_in_the_dockerfile(whole):
    many = tuple(Remark(source="hadolint", rule="DL3059", text="Consecutive.", line=line) for line in (2, 3, 5))
    page = html_page.render(msgspec.structs.replace(whole, remarks=many))
    assert "2 , 3 , 5 Consecutive. hadolint DL3059" in said(page)
    assert page.count("Consecutive.") == 2
    assert page.count('<a href="#remarks">hadolint DL3059</a>') == 3
