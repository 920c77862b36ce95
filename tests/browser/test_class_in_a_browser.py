"""The page of a class in Chromium: nothing is asked for, nothing goes wrong, and the keyboard sorts its table."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from grader.batch.summary import class_report
from grader.report import class_page
from tests.batch.test_class_page import EXERCISE, HOSTILE, ROWS, row

pytestmark = pytest.mark.browser

SCORES = "all => all.map(one => one.textContent.trim())"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small class, some of whom have hostile names."""
    rows = [
        *ROWS,
        *(msgspec.structs.replace(row(name, "passed", "failed", seen=name), comment=name) for name in HOSTILE),
    ]
    made = tmp_path_factory.mktemp("class") / "index.html"
    made.write_text(class_page.render(class_report(rows, {EXERCISE.name: EXERCISE})), encoding="utf-8")
    return made


def test_nothing_is_asked_for_and_nothing_is_wrong(page: Page, file: Path) -> None:
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(file.as_uri())
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith("data:,")] == [file.as_uri()]
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_and_it_fits(browser: Browser, file: Path, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(file.as_uri())
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    tall = page.eval_on_selector_all("table.checks tbody tr", "all => all.map(one => one.offsetHeight)")
    context.close()
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert wide <= width
    assert max(tall) < 600


def test_a_heading_sorts_and_sorts_the_other_way_round_by_keyboard(page: Page, file: Path) -> None:
    page.goto(file.as_uri())
    points = page.locator("table.learners thead button", has_text="Points")
    points.focus()
    page.keyboard.press("Enter")
    cells = "table.learners tbody td:nth-child(3)"
    assert page.eval_on_selector_all(cells, SCORES) == ["0", "1", "1", "1", "1", "1", "1", "4", "", ""]
    page.keyboard.press("Enter")
    assert page.eval_on_selector_all(cells, SCORES) == ["4", "1", "1", "1", "1", "1", "1", "0", "", ""]
    assert page.locator("table.learners th[aria-sort=descending]").count() == 1
