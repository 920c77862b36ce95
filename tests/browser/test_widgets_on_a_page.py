"""Each widget by itself in Chromium: by mouse and by keyboard, on a light and a dark page, and quick."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from grader import image as images
from grader.model import Build, Step
from grader.progress import Done
from labkit import twin
from labkit.comparing import Comparison, Line
from labkit.containers import Health, Look
from labkit.course import CourseMap, Part, stop
from labkit.explorer import explored, html
from labkit.findings import findings
from labkit.given import Given
from labkit.images import History, HistoryLine
from labkit.layering import LISTED
from labkit.panel import given_files
from labkit.panel_twin import html as panel_html
from labkit.tables import table
from labkit.timeline import timeline
from labkit.view import State
from labkit.widgets import BuildView, Editor, LayerExplorer, Panel, Question
from tests.browser.widget_page import show, show_html, violations
from tests.image.image_making import file, folder, saved, tar
from tests.labkit.test_build_view import cancelled, folded

pytestmark = pytest.mark.browser

THEMES = ["light", "dark"]
FILES = 20_000
SEARCH = """text => {
  const box = document.querySelector("input[type=search]");
  const began = performance.now();
  box.value = text;
  box.dispatchEvent(new Event("input"));
  document.querySelector(".dd-tree").getBoundingClientRect();
  return performance.now() - began;
}"""


def picture(page: Page, name: str) -> None:
    """Keep a picture where DRYDOCK_SHOTS says."""
    if kept := os.environ.get("DRYDOCK_SHOTS"):
        page.screenshot(path=Path(kept, f"{name}.png"), full_page=True)


@pytest.fixture(scope="module")
def many() -> dict[str, Any]:
    """An image of three layers with 20,000 files."""
    base = tar([folder("usr"), *(file(f"usr/lib/d{at // 100}/file{at}.py", b"x" * (at % 50)) for at in range(FILES))])
    more = tar([file("app/main.py", b"a" * 5000), file("tmp/big", b"b" * 5_000_000)])
    less = tar([file("tmp/.wh.big"), file("app/main.py", b"b" * 4000), file("usr/lib/d3/.wh.file300.py")])
    image = images.read(saved(base, more, less), limits=images.Limits(listed=LISTED)).image
    return {"state": explored(image, "made:1")}


def test_twenty_thousand_files_are_painted_and_searched_without_a_pause(page: Page, many: dict[str, Any]) -> None:
    painted = min(show(page, LayerExplorer, many) for _ in range(3))
    searched = [min(page.evaluate(SEARCH, text) for _ in range(3)) for text in ("f", "file1", "file19999", "")]
    print(f"painted in {painted:.0f} ms, searched in {', '.join(f'{one:.0f}' for one in searched)} ms")
    assert painted < 500
    assert max(searched) < 100
    assert page.locator(".dd-path").count() < 60


@pytest.mark.parametrize("theme", THEMES)
def test_the_layer_explorer_by_mouse(page: Page, many: dict[str, Any], theme: str) -> None:
    show(page, LayerExplorer, many, theme)
    rows, count = page.locator(".dd-path"), page.get_by_role("status")
    assert count.inner_text() == "paths shown: 20,001"
    page.get_by_label("3 ·").check()
    assert rows.locator(".dd-kind").all_inner_texts() == ["", "~ changed", "", "− deleted", "", "", "", "− deleted"]
    assert violations(page) == []
    picture(page, f"layers-{theme}")
    page.get_by_label("changed", exact=True).uncheck()
    assert count.inner_text() == "paths shown: 2"
    rows.filter(has_text="tmp/").click()
    assert rows.filter(has_text="tmp/").get_attribute("aria-expanded") == "false"
    page.get_by_label("All that is hidden").check()
    assert rows.filter(has_text="big").locator(".dd-note").inner_text() == "hidden by layer 3"
    assert violations(page) == []
    page.get_by_label("Search").fill("no such file")
    assert page.get_by_text("Nothing here that fits.").is_visible()
    assert violations(page) == []
    assert page.evaluate("wrong") == []


def test_the_layer_explorer_by_keyboard(page: Page, many: dict[str, Any]) -> None:
    show(page, LayerExplorer, many)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("1 ·").is_checked()
    for _ in range(6):
        page.keyboard.press("Tab")
    tree = page.get_by_role("tree")
    assert tree.evaluate("node => node === document.activeElement")
    page.keyboard.press("End")
    active = page.locator('[aria-selected="true"]')
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert active.get_attribute("aria-level") == "4"
    assert tree.get_attribute("aria-activedescendant") == active.get_attribute("id")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert active.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Shift+Tab")
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    page.keyboard.type("file19999")
    assert page.get_by_role("status").inner_text() == "paths shown: 1"
    page.keyboard.press("Control+A")
    page.keyboard.press("Backspace")
    assert page.get_by_role("status").inner_text() == "paths shown: 20,001"


TEXT = "from busybox:1.37\nRUN echo hello\nCPOY a b\n"
SAVED = {"text": "FROM busybox:1.37\nRUN true\n", "digest": "one", "there": True, "readable": True}
SENT = "model.sent.filter(one => one.do === 'save')"


def editor(page: Page, theme: str = "light", **traits: Any) -> None:
    """The editor on a page, with the file SAVED."""
    given = {"name": "my-work/00-hello/Dockerfile", "disk": SAVED, "draft": None, "found": [], "said": ""}
    show(page, Editor, given | traits, theme)


@pytest.mark.parametrize("theme", THEMES)
def test_the_editor_shows_what_is_found_under_its_line(page: Page, theme: str) -> None:
    found = [
        {"line": 1, "kind": "lost", "what": "1 of 2 instructions are not in capitals", "do": "expected: 'FROM'"},
        {"line": 2, "kind": "remark", "what": "a remark (DL0000)", "do": ""},
        *findings("FROM busybox:1.37\n\nCPOY a b\n"),
    ]
    editor(page, theme, disk=SAVED | {"text": TEXT}, found=found)
    lines = page.locator(".cm-content > *").all_inner_texts()
    assert [line.split("\n")[0] for line in lines] == [
        "from busybox:1.37", "! a check says", "RUN echo hello", "i remark", "CPOY a b", "✗ refused", "",
    ]  # fmt: skip
    assert page.get_by_role("status").inner_text().startswith("Findings: 3. Line 1: 1 of 2")
    assert violations(page) == []
    picture(page, f"editor-{theme}")
    assert page.evaluate("wrong") == []


def test_the_editor_by_keyboard(page: Page) -> None:
    editor(page)
    page.get_by_role("textbox").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("CMD echo")
    page.wait_for_function("model.get('draft') !== null")
    assert page.evaluate("model.get('draft')") == SAVED["text"] + "CMD echo"
    assert page.locator(".dd-facts").inner_text() == "not saved"
    page.keyboard.press("Control+s")
    assert page.evaluate(SENT) == [{"do": "save", "text": SAVED["text"] + "CMD echo", "over": "one"}]
    page.evaluate("model.set('disk', {...model.get('disk'), text: model.sent[0].text, digest: 'two'})")
    assert page.locator(".dd-facts").inner_text() == "saved"
    assert page.evaluate("model.get('draft')") is None
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") != "cm-content"


def test_a_change_on_disk_replaces_what_nobody_changed_and_else_is_told(page: Page) -> None:
    editor(page)
    theirs = SAVED | {"text": "FROM theirs:1\n", "digest": "two"}
    page.evaluate("disk => model.set('disk', disk)", theirs)
    assert page.locator(".cm-line").first.inner_text() == "FROM theirs:1"
    page.locator(".cm-line").first.click()
    page.keyboard.type("# mine ")
    page.evaluate("disk => model.set('disk', disk)", SAVED | {"text": "FROM again:1\n", "digest": "three"})
    assert page.get_by_role("alert").is_visible()
    assert "mine" in page.locator(".cm-content").inner_text()
    assert violations(page) == []
    picture(page, "editor-clash")
    page.get_by_role("button", name="Write my text over it").click()
    assert page.evaluate(SENT)[0]["over"] == "three"
    page.get_by_role("button", name="Take the file's text").click()
    assert page.locator(".cm-line").first.inner_text() == "FROM again:1"
    assert not page.get_by_role("alert").is_visible()


def test_a_file_with_the_line_ends_of_windows_keeps_them(page: Page) -> None:
    editor(page, disk=SAVED | {"text": "FROM a:1\r\nRUN true\r\n"})
    assert page.locator(".dd-facts").inner_text() == "saved"
    page.locator(".cm-line").first.click()
    page.keyboard.press("End")
    page.keyboard.type("2")
    page.get_by_role("button", name="Save").click()
    assert page.evaluate(SENT)[0]["text"] == "FROM a:12\r\nRUN true\r\n"


ASKED = {"question": "Which steps run?", "options": ["none", "the last", "all of them"]}
RADIO = "document.querySelectorAll('input[type=radio]')"


@pytest.mark.parametrize("theme", THEMES)
def test_a_question_by_mouse_and_by_keyboard(page: Page, theme: str) -> None:
    show(page, Question, {"asked": ASKED, "chosen": None, "said": {"kind": "", "text": ""}}, theme)
    page.get_by_text("the last").click()
    assert page.evaluate("model.get('chosen')") == 1
    page.get_by_label("the last").press("ArrowDown")
    assert page.evaluate("model.get('chosen')") == 2
    page.evaluate("model.set('said', {kind: 'right', text: 'So it is.'})")
    assert page.locator(".dd-answer").inner_text() == "✓ Right. So it is."
    assert page.evaluate(f"[...{RADIO}].every(one => one.dataset.lmSuppressShortcuts)")
    page.evaluate("model.set('locked', true)")
    page.get_by_text("none", exact=True).click(force=True)
    assert page.evaluate("model.get('chosen')") == 2
    assert page.evaluate(f"[...{RADIO}].map(one => [one.checked, one.disabled])") == [
        [False, True], [False, True], [True, True],
    ]  # fmt: skip
    assert violations(page) == []
    picture(page, f"question-{theme}")


def printing(name: str) -> State:
    """What the build view shows of a recorded build while it runs, when a step has printed something."""
    states = (folded(name, events=count) for count in range(1, 200))
    return next(state for state in states if any(row["log"] for row in state["rows"]))


@pytest.mark.parametrize("theme", THEMES)
def test_a_build_by_mouse_and_by_keyboard(page: Page, theme: str) -> None:
    show(page, BuildView, {"state": printing("failed")}, theme)
    log = page.locator(".dd-log summary").first
    log.press("Enter")
    assert page.locator(".dd-log pre").first.is_visible()
    log.click()
    assert not page.locator(".dd-log pre").first.is_visible()
    log.press("Enter")
    assert violations(page) == []
    picture(page, f"build-{theme}")
    page.get_by_role("button", name="Cancel").press("Enter")
    assert page.evaluate("model.sent") == [{"do": "cancel"}]
    for name in ("graph", "classic", "failed", "cached", "cancelled"):
        show(page, BuildView, {"state": cancelled("graph") if name == "cancelled" else folded(name)}, theme)
        assert violations(page) == []
        picture(page, f"build-{name}-{theme}")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_the_other_widgets(page: Page, tmp_path: Path, theme: str) -> None:
    (tmp_path / "app.py").write_text("print('hello')\n")
    panel = {
        "title": "Hello", "facts": "2 points · 5 minutes", "status": "failed", "busy": False, "note": "A note",
        "command": "./drydock check 00-hello", "checking": "Checking: your answers are being read …",
        "hints": ["Look at the first line."], "verdict": "<p>1 of 2 points</p>", "solution": "FROM busybox:1.37\n",
        "has_solution": True, "files": given_files(tmp_path, "Dockerfile"),
    }  # fmt: skip
    show_html(page, panel_html(panel), theme)
    assert violations(page) == []
    show(page, Panel, {"state": panel}, theme)
    page.locator(".dd-files > summary").press("Enter")
    page.locator(".dd-files li summary").click()
    assert page.locator(".dd-files pre").inner_text() == "print('hello')\n"
    assert violations(page) == []
    picture(page, f"panel-{theme}")
    assert page.get_by_text("./drydock check 00-hello").is_visible()
    page.evaluate("model.set('state', {...model.get('state'), busy: true})")
    assert page.get_by_role("status").inner_text() == "Checking: your answers are being read …"
    page.get_by_role("button", name="Cancel").press("Enter")
    assert page.evaluate("model.sent") == [{"do": "cancel"}]
    asked = {"question": "Which?", "options": ["this", "that"]}
    show(page, Question, {"asked": asked, "chosen": 0, "said": {"kind": "wrong", "text": "No."}}, theme)
    assert violations(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_what_needs_no_script(page: Page, many: dict[str, Any], theme: str) -> None:
    done = Done(score=1, max_score=4, tries=2)
    stops = (stop("05-cache", "Keep the cache", 10, 4, done), stop("05-tag", "Tags", 5, 2, None))
    course = CourseMap([Part(name="05-best-practices", title="5 · Best practices", time="75 minutes", stops=stops)])
    step = Step(command="RUN date", line=2, took=0.5)
    builds = timeline([("first", Build(builder="buildkit", steps=(step,)), Given(text="FROM a:1\nRUN date\n"))])
    sizes = (HistoryLine(command="RUN date", bytes=2000), HistoryLine(command="", bytes=1000))
    compared = Comparison([Line(name="before", values={"image": 2e7, "layers": 10})], ["image", "layers"])
    shown = (
        *(course, builds, compared, History("made:1", sizes), table(("", "then"), [("first", 1)])),
        *(Health([Look(seconds=0.5, exit_code=1, failing=2, health="unhealthy")], "unhealthy"),),
    )
    twins = (twin.html(folded("failed")), twin.html(folded("classic")), html(many["state"]))
    show_html(page, "".join((*(one._repr_html_() for one in shown), *twins)), theme)
    link = page.get_by_role("link", name="5 · Best practices")
    assert link.get_attribute("href") == "05-best-practices.ipynb"
    page.locator("body").press("Tab")
    assert link.evaluate("node => node === document.activeElement")
    assert link.evaluate("node => getComputedStyle(node).outlineStyle") != "none", "the focus is seen"
    assert violations(page) == []
    picture(page, f"html-{theme}")
