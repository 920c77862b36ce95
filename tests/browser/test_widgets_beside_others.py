"""What JupyterLab's page does to a widget: the styles of all others are there too, and a column may be narrow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from grader import image as images
from labkit.bars import bar
from labkit.explorer import explored
from labkit.layering import LISTED
from labkit.widgets import BuildView, Editor, LayerExplorer, Panel, Question
from tests.browser.widget_page import show, show_html
from tests.image.image_making import file, saved, tar
from tests.labkit.test_build_view import folded

pytestmark = pytest.mark.browser

PLACES = """() => [...document.querySelectorAll("main *")].map(node => {
  const { x, y, width, height } = node.getBoundingClientRect();
  return [node.className, x, y, width, height].join(" ");
})"""


def layers() -> dict[str, Any]:
    """An image of two layers; the second hides what the first holds."""
    held, less = tar([file("app/main.py", b"a" * 5000), file("tmp/big", b"b" * 90_000)]), tar([file("tmp/.wh.big")])
    return {"state": explored(images.read(saved(held, less), limits=images.Limits(listed=LISTED)).image, "made:1")}


ASKED = {"question": "Which steps run?", "options": ["none", "the last"]}
SHOWN: dict[Any, dict[str, Any]] = {
    LayerExplorer: layers(),
    BuildView: {"state": folded("failed")},
    Question: {"asked": ASKED, "chosen": 1, "said": {"kind": "right", "text": "So it is."}},
}


@pytest.mark.parametrize("widget", SHOWN, ids=lambda widget: widget.__name__)
def test_a_widget_looks_the_same_beside_all_others(page: Page, widget: Any) -> None:
    show(page, widget, SHOWN[widget])
    alone = page.evaluate(PLACES)
    for other in (BuildView, Editor, LayerExplorer, Panel, Question):
        page.add_style_tag(content=other._css)
    assert page.evaluate(PLACES) == alone


def test_a_bar_is_as_long_as_its_value_in_a_narrow_column_too(page: Page) -> None:
    show_html(page, f"<style>svg {{ max-width: 50px }}</style>{bar(1, 2)}")
    whole, part = page.locator("svg").bounding_box(), page.locator("rect").last.bounding_box()
    assert whole is not None
    assert part is not None
    assert (whole["width"], part["width"]) == (50, 25)
