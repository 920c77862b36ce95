"""A lesson walked through in Chromium as a learner does: cell after cell, each question answered when it comes.

python -m tests.browser.walking NAME … [--pictures FOLDER]    walk these lessons and say what was seen
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import nbformat
from playwright.sync_api import Locator

from tests.browser.lab import COURSE, Watched, lab, page

CELL_SECONDS = 300.0
ASKS = re.compile(r"\b(predict|quiz)\((?!\))")


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """What a walk came to: cells run, questions answered by mouse and by keyboard, and all that went wrong."""

    cells: int
    by_mouse: int
    by_keyboard: int
    told: int
    failed: list[str]
    foreign: list[str]
    errors: list[str]
    seconds: float


@contextmanager
def opened(name: str, work: Path, folder: Path = COURSE / "notebooks") -> Iterator[Watched]:
    """A copy of lesson `name` on a page of JupyterLab, with an idle kernel; `work` is the learner's folder.

    The notebook lies in `folder`. JupyterLab saves what it shows, so it is given a copy, in a folder that git ignores.
    """
    copy = COURSE / "my-work" / f"browser-{os.getpid()}-{name}"
    copy.mkdir(parents=True)
    try:
        shutil.copy(folder / f"{name}.ipynb", copy)
        with lab(work) as address:
            there = f"/lab/workspaces/{copy.name}/tree/my-work/{copy.name}/{name}"
            with page(address.replace("/lab/tree/notebooks/00-welcome", there)) as watched:
                watched.page.wait_for_selector(".jp-Notebook", timeout=60_000)
                watched.idle()
                yield watched
    finally:
        shutil.rmtree(copy)


def walk(lesson: Watched, name: str) -> Walk:
    """Run each cell of lesson `name`, and answer what it asks: by keyboard, by mouse in turn."""
    began = time.monotonic()
    cells = lesson.page.locator(".jp-Notebook .jp-CodeCell")
    answered = 0
    for at, source in enumerate(sources(name)):
        cell = cells.nth(at)
        run(lesson, cell)
        if ASKS.search(source):
            answer(lesson, cell.locator(".dd-question"), keyboard=answered % 2 == 0)
            answered += 1
    told = lesson.page.locator(".dd-answer", has_text=".")
    return Walk(
        cells=cells.count(),
        by_mouse=answered // 2,
        by_keyboard=(answered + 1) // 2,
        told=told.count(),
        failed=lesson.failed_cells(),
        foreign=lesson.foreign,
        errors=lesson.errors,
        seconds=time.monotonic() - began,
    )


def sources(name: str) -> list[str]:
    """The code cells of a lesson; on the page the text of a cell is only there while it is seen."""
    cells = nbformat.read(COURSE / "notebooks" / f"{name}.ipynb", as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def run(lesson: Watched, cell: Locator) -> None:
    """Run one cell as a learner does, and wait until it is over."""
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    lesson.page.keyboard.press("Shift+Enter")
    prompt = cell.locator(".jp-InputPrompt")
    end = time.monotonic() + CELL_SECONDS
    while not prompt.inner_text().strip("[]: ").isdigit():
        assert time.monotonic() < end, f"a cell was not done after {CELL_SECONDS:.0f} s"
        lesson.page.wait_for_timeout(50)


def answer(lesson: Watched, question: Locator, *, keyboard: bool) -> None:
    """Choose the question's last option: by a click, or with the keys alone."""
    options = question.get_by_role("radio")
    options.first.wait_for()
    last = options.nth(options.count() - 1)
    if keyboard:
        options.first.focus()
        lesson.page.keyboard.press("ArrowUp")
    else:
        last.click()
    lesson.page.wait_for_function("node => node.checked", arg=last.element_handle())


def main(arguments: list[str]) -> int:
    """Walk the lessons that are named; the exit status is 1 when something went wrong in one."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.walking", description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of every widget, light and dark")
    asked = parser.parse_args(arguments)
    wrong = 0
    for name in asked.names:
        with tempfile.TemporaryDirectory() as work, opened(name, Path(work)) as lesson:
            seen = walk(lesson, name)
            print(name, msgspec.json.encode(seen).decode(), flush=True)
            if asked.pictures:
                pictures(lesson, name, asked.pictures)
        wrong += bool(seen.failed or seen.foreign or seen.errors)
    return 1 if wrong else 0


def pictures(lesson: Watched, name: str, folder: Path) -> None:
    """A picture of each widget and each shown table of the lesson, on a light and on a dark page."""
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("Light", "Dark"):
        light = str(theme == "Light").lower()
        lesson.command(f"Theme: JupyterLab {theme}")
        lesson.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
        lesson.page.wait_for_timeout(500)
        for kind in ("dd-build", "dd-question", "dd-panel", "dd-editor", "dd-layers", "jp-RenderedHTMLCommon table"):
            for at, shown in enumerate(lesson.page.locator(f".jp-OutputArea .{kind}").all()[:4]):
                shown.scroll_into_view_if_needed()
                shown.screenshot(path=folder / f"{name}-{kind.split()[0]}-{at}-{theme.lower()}.png")
    lesson.command("Theme: JupyterLab Light")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
