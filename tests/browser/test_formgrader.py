"""nbgrader's formgrader in a browser: it shows a course of ours, its scores and what was seen; no engine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page

from grader import exercise as exercises
from grader.batch.look import look
from grader.batch.store import store, version_of
from grader.batch.values import Outcome
from grader.classroom.course import RESULTS
from grader.classroom.making import add, opened
from grader.model import CheckResult, Report

EXERCISE = exercises.find(exercises.exercises_folder(), "00")
NAME = EXERCISE.name
PATIENCE = 120.0
pytestmark = pytest.mark.browser


def nbgrader(course: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=course, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which ada has lost the points of the last check, and been graded; bo has handed in the same."""
    root = tmp_path_factory.mktemp("formgrader") / "course"
    add(opened(root), [EXERCISE], {}, lambda _: None)
    nbgrader(root, "generate_assignment", NAME)
    for learner in ("ada", "bo"):
        shutil.copytree(root / "release" / NAME, root / "submitted" / learner / NAME)
    checks = tuple(
        CheckResult(name=one.name, status="passed", points=one.points, max_points=one.points, seen="as it should be")
        for one in EXERCISE.checks[:-1]
    )
    last = EXERCISE.checks[-1]
    lost = CheckResult(name=last.name, status="failed", points=0, max_points=last.points, seen="it printed a poem")
    score = sum(one.points for one in checks)
    report = Report(exercise=NAME, status="failed", score=score, max_score=EXERCISE.max_score, checks=(*checks, lost))
    digest = look(EXERCISE.folder, str(root / "submitted" / "ada" / NAME / "answer"))
    assert isinstance(digest, str)
    with store(root / RESULTS) as kept:
        kept.keep(NAME, version_of(Path(EXERCISE.folder)), digest, Outcome(report=msgspec.json.encode(report)))
    nbgrader(root, "autograde", NAME, "--student=ada")
    return root


@pytest.fixture(scope="module")
def address(graded: Path) -> Iterator[str]:
    """Where Jupyter serves the course."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = ["--ServerApp.port_retries=0", "--IdentityProvider.token=x"]
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", *own]
    words = [sys.executable, "-m", "jupyter", "lab", *options]
    with (
        (graded / "server.log").open("wb") as log,
        subprocess.Popen(words, cwd=graded, stdout=log, stderr=log, env=dict(os.environ)) as running,
    ):
        try:
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end and running.poll() is None:
                with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token=x", timeout=10):
                    break
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.kill()


def test_the_formgrader_shows_the_assignment_the_score_and_what_was_seen(address: str, page: Page) -> None:
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{address}/formgrader/manage_assignments?token=x")
    page.get_by_role("link", name=NAME, exact=True).first.wait_for()
    page.goto(f"{address}/formgrader/manage_submissions/{NAME}")
    row = page.locator("tr", has_text="ada")
    row.wait_for()
    assert "1 / 2" in row.inner_text()
    page.goto(f"{address}/formgrader/gradebook/{NAME}/{NAME}")
    page.get_by_role("link", name="Submission #1").click()
    page.get_by_text("it printed a poem").first.wait_for()


def test_its_buttons_grade_and_give_feedback(address: str, graded: Path, page: Page) -> None:
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{address}/formgrader/manage_assignments?token=x")
    page.goto(f"{address}/formgrader/manage_submissions/{NAME}")
    row = page.locator("tr", has=page.locator("td", has_text=re.compile("^bo$")))
    row.wait_for()
    assert "needs autograding" in row.inner_text()
    pressed = {".autograde a": "Successfully autograded", ".generate-feedback a": "Successfully generated feedback"}
    for button, said in pressed.items():
        row.locator(button).click()
        page.locator(".modal.in", has_text=said).wait_for()
        page.locator(".modal.in").get_by_role("button", name="OK").click()
        page.locator(".modal.in").wait_for(state="detached")
    assert "1 / 2" in row.inner_text()
    (feedback,) = (graded / "feedback" / "bo" / NAME).glob("*.html")
    assert "it printed a poem" in feedback.read_text("utf-8")
