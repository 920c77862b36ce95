"""Lesson 02 in JupyterLab: real builds, seen on the page; a wrong and a right Dockerfile, and what the page says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.lab import COURSE, Watched
from tests.browser.walking import opened

pytestmark = pytest.mark.browser

WRONG = """\
FROM debian:trixie-slim
COPY iam-apiserver /opt/iam/bin/
CMD ["/opt/iam/bin/iam-apiserver"]
"""


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go: DRYDOCK_SHOTS, or a folder of pytest's."""
    folder = Path(os.environ.get("DRYDOCK_SHOTS") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The learner's folder."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def lesson(work: Path) -> Iterator[Watched]:
    """A copy of the notebook on a page of JupyterLab, with an idle kernel."""
    with opened("02-dockerfile-build", work) as watched:
        yield watched


def test_it_runs_to_its_end_and_shows_the_builds(lesson: Watched, shots: Path) -> None:
    lesson.run_all(seconds=300)
    assert lesson.failed_cells() == []
    lesson.show("as_a_graph = build(")
    view = lesson.cell("as_a_graph = build(").locator(".dd-build")
    assert view.get_attribute("data-status") == "done"
    steps = view.locator(".dd-step").all_inner_texts()
    assert len(steps) == 4
    assert not any("nobody" in step for step in steps)
    lesson.page.screenshot(path=shots / "graph.png")
    lesson.show("classic = build(")
    containers = lesson.cell("classic = build(").locator(".dd-container:visible").all_inner_texts()
    assert containers
    assert all("removed" in line for line in containers)
    lesson.page.screenshot(path=shots / "classic.png")


def test_a_build_is_seen_while_it_runs_and_cancelled_by_its_button(lesson: Watched, shots: Path) -> None:
    text = 'slow = build(dockerfile="FROM busybox:1.37\\nRUN echo begun; sleep 60\\n", no_cache=True)'
    lesson.write("as_a_graph = build(", text)
    view = lesson.cell("slow = build(").locator(".dd-build")
    clock = view.locator(".dd-facts")
    view.locator('.dd-step[data-kind="running"]', has_text="sleep 60").wait_for(timeout=20_000)
    # Before the step has printed something there is nothing to open.
    view.locator(".dd-log summary").wait_for()
    view.locator(".dd-log summary").press("Enter")
    view.locator(".dd-log pre", has_text="begun").wait_for()
    expect(clock).not_to_have_text(clock.inner_text(), use_inner_text=True, timeout=30_000)
    lesson.page.screenshot(path=shots / "running.png")
    view.get_by_role("button", name="Cancel").press("Enter")
    lesson.page.wait_for_function("(node) => node.dataset.status === 'cancelled'", arg=view.element_handle())
    assert "cancelled" in view.locator(".dd-status").inner_text()


def test_a_wrong_and_a_right_dockerfile_get_their_verdicts(lesson: Watched, shots: Path) -> None:
    right = (COURSE / "exercises" / "02-first-dockerfile" / "solution" / "Dockerfile").read_text("utf-8")
    first = "%%dockerfile 02-first-dockerfile"
    panel = lesson.cell("%exercise 02-first-dockerfile").locator(".dd-panel")
    for text, status, words in ((WRONG, "failed", "no author in the image"), (right, "passed", "every check passed")):
        lesson.write(first, f"{first}\n{text}")
        lesson.show("%exercise 02-first-dockerfile", foot=True)
        panel.get_by_role("button", name="Check").click()
        lesson.page.wait_for_function(
            "([node, status]) => node.dataset.status === status && node.getAttribute('aria-busy') === 'false'",
            arg=[panel.element_handle(), status],
            timeout=300_000,
        )
        assert words in panel.locator(".dd-verdict").inner_text()
        if status == "failed":
            panel.get_by_role("button", name="Hint").click()
            panel.locator(".dd-hints li").first.wait_for()
        lesson.page.screenshot(path=shots / f"verdict-{status}.png")
    panel.get_by_role("button", name="Solution").click()
    panel.locator(".dd-solution", has_text="FROM debian:trixie-slim").wait_for()


def test_the_editor_finds_saves_and_shows_what_changes_on_disk(lesson: Watched, work: Path, shots: Path) -> None:
    file = work / "02-first-dockerfile" / "Dockerfile"
    lesson.show("%exercise 02-first-dockerfile", foot=True)
    editor = lesson.cell("%exercise 02-first-dockerfile").locator(".dd-editor")
    text = editor.get_by_role("textbox")
    assert "FROM debian" in text.inner_text()
    before = lesson.page.locator(".jp-Notebook .jp-Cell").count()
    text.focus()
    lesson.page.keyboard.press("Control+End")
    lesson.page.keyboard.type("CPOY a b")
    editor.locator(".dd-found", has_text="Did you mean COPY?").wait_for()
    lesson.page.screenshot(path=shots / "editor.png")
    assert "CPOY" not in file.read_text("utf-8")
    lesson.page.keyboard.press("Control+s")
    editor.locator(".dd-facts", has_text="saved").wait_for()
    lesson.page.wait_for_function("node => node.dataset.status === 'saved'", arg=editor.element_handle())
    assert file.read_text("utf-8").endswith("CPOY a b")
    file.write_text("FROM debian:trixie-slim\n# from a terminal\n", "utf-8")
    editor.locator(".cm-line", has_text="# from a terminal").wait_for()
    editor.locator(".dd-found", has_text="Did you mean").wait_for(state="detached")
    assert lesson.page.locator(".jp-Notebook .jp-Cell").count() == before


def test_the_layers_of_an_image_are_explored(lesson: Watched, shots: Path) -> None:
    lesson.write("own = len(layers(", 'layers("debian:trixie-slim")')
    shown = lesson.cell('layers("debian:trixie-slim")').locator(".dd-layers")
    tree = shown.get_by_role("tree")
    tree.focus()
    lesson.page.keyboard.press("End")
    lesson.page.keyboard.press("ArrowRight")
    last = tree.locator('[aria-selected="true"]')
    assert last.locator(".dd-name").inner_text().strip() == "▾ var/"
    # JupyterLab has the arrow keys up and down for itself, unless it is told not to.
    lesson.page.keyboard.press("ArrowUp")
    lesson.page.keyboard.press("ArrowDown")
    assert last.locator(".dd-name").inner_text().strip() == "▾ var/"
    assert tree.evaluate("node => node === document.activeElement")
    shown.get_by_label("Search").fill("os-release")
    tree.locator(".dd-path", has_text="os-release").first.wait_for()
    lesson.page.screenshot(path=shots / "layers.png")


def test_a_question_is_answered_on_the_page(lesson: Watched, shots: Path) -> None:
    lesson.show("Does the second FROM replace the first")
    question = lesson.cell("Does the second FROM replace the first").locator(".dd-question")
    question.get_by_label("Nothing, except what COPY --from brings over.").focus()
    lesson.page.keyboard.press("ArrowUp")
    question.locator(".dd-answer", has_text="Not so").wait_for()
    assert question.get_by_label("Both images are merged.").is_checked()
    question.get_by_label("Nothing, except what COPY --from brings over.").check()
    question.locator(".dd-answer", has_text="Right").wait_for()
    lesson.page.screenshot(path=shots / "question.png")


def test_it_is_readable_on_a_dark_page(lesson: Watched, shots: Path) -> None:
    lesson.command("Theme: JupyterLab Dark")
    expect(lesson.page.locator("body")).to_have_attribute("data-jp-theme-light", "false", timeout=30_000)
    lesson.page.wait_for_timeout(500)
    lesson.show("classic = build(")
    lesson.page.screenshot(path=shots / "dark.png")
    view = lesson.cell("classic = build(").locator(".dd-build")
    colours = view.evaluate("node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]")
    # JupyterLab keeps the theme in the user's settings.
    lesson.command("Theme: JupyterLab Light")
    expect(lesson.page.locator("body")).to_have_attribute("data-jp-theme-light", "true", timeout=30_000)
    light, dark = (sum(int(part) for part in colour.split("(")[1].rstrip(")").split(",")[:3]) for colour in colours)
    assert light > dark + 300


def test_nothing_left_this_machine_and_nothing_was_wrong_on_the_page(lesson: Watched) -> None:
    assert lesson.foreign == []
    assert lesson.errors == []
