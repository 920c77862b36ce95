"""The page of a report in Chromium: nothing is asked for, nothing goes wrong, and everybody can use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from grader import exercise, observations
from grader.judge import judge
from grader.report import as_json, html_page
from tests.browser.lab import COURSE

pytestmark = pytest.mark.browser

ANSWERS = {"good": "solution", "bad": "starter"}
FOCUSED = "() => { const on = document.activeElement; return on === document.body ? '' : on.outerHTML.slice(0, 200); }"
HOSTILE = """\
FROM python:3.13-slim-trixie
# </code><script>document.title = 'run'</script><img src=http://127.0.0.1:9/x onerror="document.title='run'">
RUN echo '\\033[31m</pre><svg onload=alert(1)>' && false
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of a good, a bad and a hostile answer, really graded, and the bad one's with a profile."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "Dockerfile").write_text(HOSTILE)
    answers = {name: COURSE / "exercises" / "05-cache" / answer for name, answer in ANSWERS.items()}
    made = {}
    for name, answer in {**answers, "hostile": folder / "Dockerfile"}.items():
        made[name] = folder / f"{name}.html"
        command = [sys.executable, "-m", "grader", "check", "05-cache", str(answer), "--html", str(made[name])]
        command += ["--json", "--observation", str(folder / f"{name}.json")]
        done = subprocess.run(command, cwd=COURSE, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == (0 if name == "good" else 1), done.stderr
        (folder / f"{name}.report").write_text(done.stdout)
    made["profile"] = folder / "profile.html"
    cache = exercise.find(COURSE / "exercises", "05-cache")
    report = judge(msgspec.structs.replace(cache, profile=True), observations.read(folder / "bad.json"))
    made["profile"].write_text(html_page.render(report), encoding="utf-8")
    return made


def test_the_same_command_gives_the_verdicts_as_json(pages: dict[str, Path]) -> None:
    good, bad = (as_json.read(pages[name].with_suffix(".report").read_bytes()) for name in ("good", "bad"))
    assert (good.status, good.score, {one.status for one in good.checks}) == ("passed", good.max_score, {"passed"})
    lost = {one.name: (one.line, one.seen) for one in bad.checks if one.status != "passed"}
    assert lost.keys() == {"cache_survives_source_edit"}
    line, seen = lost["cache_survives_source_edit"]
    assert (line, "line 5 ran again" in seen) == (4, True)
    assert bad.status == "failed"


@pytest.mark.parametrize("name", ["good", "bad", "hostile", "profile"])
def test_nothing_is_asked_for_and_nothing_is_wrong(page: Page, pages: dict[str, Path], name: str) -> None:
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(pages[name].as_uri())
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith("data:,")] == [pages[name].as_uri()]
    assert said == []
    assert page.title().startswith("Keep the cache warm: ")


@pytest.mark.parametrize("name", ["good", "bad", "hostile", "profile"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing(browser: Browser, pages: dict[str, Path], name: str, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("width", [1280, 400])
def test_it_is_never_wider_than_the_window(page: Page, pages: dict[str, Path], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for file in pages.values():
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_everything(page: Page, pages: dict[str, Path]) -> None:
    page.goto(pages["bad"].as_uri())
    wanted = page.eval_on_selector_all("a[href], summary", "all => all.map(one => one.outerHTML.slice(0, 200))")
    reached = []
    for _ in range(len(wanted)):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", reached[-1]
    assert reached == wanted


def test_hints_open_and_findings_lead_to_their_lines_by_keyboard(page: Page, pages: dict[str, Path]) -> None:
    page.goto(pages["bad"].as_uri())
    hint = page.locator("details").first
    assert hint.get_attribute("open") is None
    hint.locator("summary").press("Enter")
    assert hint.get_attribute("open") is not None
    page.locator(".card.failed .where a").press("Enter")
    assert page.evaluate("document.activeElement.id") == "line-4"
    page.locator("#line-4 .notes a").first.press("Enter")
    assert page.evaluate("document.activeElement.id") == "check-4"


def test_on_paper_hints_and_verdict_are_there(page: Page, pages: dict[str, Path]) -> None:
    page.goto(pages["bad"].as_uri())
    page.emulate_media(media="print")
    assert page.locator(".head").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.locator("details p").first.bounding_box()["height"] > 5
