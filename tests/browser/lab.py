"""JupyterLab as `./drydock lab` starts it, and a page of Chromium that looks at it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, sync_playwright

COURSE = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("DRYDOCK_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
IDLE = "Python 3 (ipykernel) | Idle"
# An engine that makes a bridge or starts a container changes the machine's network; the browser then asks again.
PASSING = "net::ERR_NETWORK_CHANGED"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@contextmanager
def lab(work: Path) -> Iterator[str]:
    """The address, with its token, of a JupyterLab whose learner works in `work`; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = dict(os.environ) | {"DRYDOCK_WORK": str(work), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "grader", "lab", "--no-browser", "--port", str(port)],
        cwd=COURSE,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield _address(server)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab\S*token=\S+", line):
            return found[0]
    raise AssertionError("JupyterLab did not start:\n" + "".join(said))


class Watched:
    """A page, and what must not happen on it: a request that leaves this machine, an error in the console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
            self.foreign.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and PASSING not in text:
            self.errors.append(text)

    def idle(self, seconds: float = 300) -> None:
        """Wait until the kernel has nothing to do, for half a second on end."""
        end = time.monotonic() + seconds
        since = 0.0
        while time.monotonic() < end:
            if self.page.locator("#jp-main-statusbar", has_text=IDLE).count():
                since = since or time.monotonic()
                if time.monotonic() - since > 0.5:
                    return
            else:
                since = 0.0
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the kernel was not idle within {seconds} s")

    def command(self, name: str) -> None:
        """Run a command of JupyterLab by its name in the command palette."""
        # A widget that has the focus has the keys, too.
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press("Control+Shift+C")
        box = self.page.locator(".lm-CommandPalette-input")
        box.fill(name)
        self.page.locator(".lm-CommandPalette-item", has_text=name).first.click()

    def cell(self, text: str) -> Locator:
        """The notebook's cell whose input holds `text`."""
        return self.page.locator(".jp-CodeCell", has=self.page.locator(".cm-content", has_text=text)).first

    def show(self, text: str, *, foot: bool = False) -> None:
        """Scroll to the cell whose input holds `text`; with `foot` to the end of its output."""
        cell = self.cell(text)
        cell.scroll_into_view_if_needed()
        if foot:
            cell.evaluate("node => node.scrollIntoView({block: 'end'})")
        self.page.wait_for_timeout(400)

    def write(self, text: str, instead: str) -> None:
        """Write `instead` into the cell whose input holds `text`, as a person does, and run that cell."""
        self.show(text)
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(instead)
        self.page.keyboard.press("Control+Enter")
        self.idle()

    def run_all(self, seconds: float) -> None:
        """Run all cells and wait until none of them waits for its turn."""
        self.page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
        self.command("Run All Cells")
        waiting = self.page.locator(".jp-Notebook .jp-InputPrompt", has_text="[*]")
        waiting.first.wait_for(state="attached")
        end = time.monotonic() + seconds
        while waiting.count():
            assert time.monotonic() < end, f"{waiting.count()} cells were still waiting after {seconds} s"
            self.page.wait_for_timeout(200)
        self.idle()

    def failed_cells(self) -> list[str]:
        """What the cells that ended with an error say."""
        return self.page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts()


@contextmanager
def page(address: str) -> Iterator[Watched]:
    """A page of a new browser at `address`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1360, "height": 1000})
        # Waits end as soon as they can; a busy machine takes its time.
        context.set_default_timeout(120_000)
        try:
            watched = Watched(context.new_page())
            # A server that is slow to answer is told in a dialog over the page; JupyterLab goes on by itself.
            dialog = watched.page.get_by_role("dialog", name="Server Connection Error")
            watched.page.add_locator_handler(dialog, lambda shown: shown.get_by_role("button").last.click())
            watched.page.goto(address)
            yield watched
        finally:
            context.close()
            browser.close()
