"""The exercise panel in each of its states: its buttons by keyboard, and axe on a light and a dark page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from labkit.verdict import fragment
from labkit.widgets import Editor, Panel
from labkit.words import words
from tests.browser.widget_page import show, violations
from tests.labkit.test_build_view import folded
from tests.report.exported import FAULT, PARTIAL, PASSED

pytestmark = pytest.mark.browser

OPEN: dict[str, Any] = {
    "title": "Keep the cache", "facts": "9 points · 10 minutes", "status": "", "busy": False, "note": "Nothing yet",
    "command": "./drydock check 05-cache", "checking": "Checking …", "hints": [], "verdict": "", "solution": "",
    "has_solution": False, "files": [],
}  # fmt: skip
LONG = "FROM busybox:1.37\nRUN " + "echo a long line, and then && " * 20 + "true\n"
STATES = {
    "open": {},
    "failed": {"status": "failed", "verdict": fragment(PARTIAL.report), "hints": ["Which line?"]},
    "passed": {"status": "passed", "verdict": fragment(PASSED.report), "has_solution": True, "solution": LONG},
    "not judged": {"status": "not_judged", "verdict": fragment(FAULT.report)},
}


def test_each_button_by_keyboard_in_the_order_of_the_page(page: Page) -> None:
    show(page, Panel, {"state": OPEN | STATES["passed"] | {"solution": ""}})
    for name in ("check", "hint", "reset", "solution"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == words()[name]
        page.keyboard.press("Enter")
    # What would undo the learner's work asks once more.
    assert page.evaluate("model.sent.map(one => one.do)") == ["check", "hint", "solution"]
    page.get_by_role("button", name=words()["reset"]).press("Space")
    assert page.get_by_role("status").inner_text() == words()["reset_sure"]
    page.keyboard.press("Space")
    assert page.evaluate("model.sent.at(-1).do") == "reset"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_state(page: Page, state: str, theme: str) -> None:
    show(page, Panel, {"state": OPEN | STATES[state]}, theme)
    # In a lesson the panel stands below a section's heading; the verdict's own heading is of the next level.
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<h2>Your turn</h2>')")
    page.evaluate("document.querySelector('h2').style.color = 'var(--jp-content-font-color1)'")
    assert violations(page) == []


def test_the_keys_lead_out_of_the_editor(page: Page) -> None:
    disk = {"text": folded("failed")["command"], "digest": "one", "there": True, "readable": True}
    show(page, Editor, {"name": "Dockerfile", "disk": disk, "draft": None, "found": [], "said": ""})
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button id=after>After</button>')")
    page.get_by_role("textbox").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "after"
