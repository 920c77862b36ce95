"""`edit(…)`: a Dockerfile in an editor with its findings beside the lines; the file on disk is the truth."""

from __future__ import annotations

import hashlib
import threading
import time
from html import escape
from pathlib import Path
from typing import Any, TypedDict

from grader.model import Exercise
from labkit.errors import CellError
from labkit.findings import Finding, findings
from labkit.needs import first_run
from labkit.places import shown
from labkit.session import the_session
from labkit.showing import Shown
from labkit.words import words

LOOK_SECONDS = 1.0
BYTES_MOST = 200_000


class Disk(TypedDict):
    """The file as it lies there: `digest` names this version, empty where there is no file."""

    text: str
    digest: str
    there: bool
    readable: bool


class FileEditor:
    """The editor of one file: what is saved, what is not, and what is found in it."""

    def __init__(self, path: Path, exercise: Exercise | None = None) -> None:
        self.path = path
        self._exercise = exercise
        self._shown: Shown | None = None
        self._lock = threading.Lock()
        self._looking = threading.Event()
        self._last: tuple[str, list[Finding]] = ("", [])

    @property
    def draft(self) -> str | None:
        """The text on the page where it is not that of the file; None where it is, or where there is no page."""
        return self._shown.widget.draft if self._shown else None

    def show(self) -> None:
        """Show it in the cell that runs."""
        from labkit.widgets import Editor

        disk = read(self.path)
        widget = Editor(name=shown(self.path), disk=dict(disk), found=self._found(disk["text"]))
        widget.observe(lambda change: self._tell(change["new"]), "draft")
        widget.on_msg(self._pressed)
        self._shown = Shown(widget)
        self._shown.show(*self._twins(disk))
        if not self._looking.is_set():
            self._looking.set()
            threading.Thread(target=self._look, name=f"look at {self.path.name}", daemon=True).start()

    def save_draft(self) -> bool:
        """Save what is on the page and not on disk, if anything is; whether something was saved.

        Raises CellError where the file has been changed on disk since.
        """
        draft = self.draft
        if draft is None or self._shown is None:
            return False
        self.save(draft, over=self._shown.widget.disk["digest"])
        return True

    def save(self, text: str, *, over: str) -> None:
        """Write the file where it still is the version `over`.

        Raises CellError where it is not, or cannot be written.
        """
        with self._lock:
            now = read(self.path)
            if now["digest"] != over:
                self._renew(now)
                raise CellError(words()["clash"])
            try:
                self.path.write_bytes(text.encode())
            except OSError as error:
                raise CellError(f"{shown(self.path)} cannot be written: {error.strerror}.") from error
            self._renew(read(self.path), saved=True)

    def look(self) -> None:
        """Show the file as it is now, where another program has changed it."""
        with self._lock:
            self._renew(read(self.path))

    def _look(self) -> None:
        while self._shown is not None and self._shown.widget.comm is not None:
            time.sleep(LOOK_SECONDS)
            self.look()
        self._looking.clear()

    def _renew(self, disk: Disk, *, saved: bool = False) -> None:
        shown_now = self._shown
        if shown_now is None:
            return
        widget = shown_now.widget
        changed = dict(disk) != widget.disk
        widget.disk = dict(disk)
        if saved:
            widget.draft = None
        if not changed:
            return
        if widget.draft is None:
            widget.found = self._found(disk["text"])
        shown_now.renew(*self._twins(disk))

    def _tell(self, draft: str | None) -> None:
        if self._shown:
            widget = self._shown.widget
            widget.said = ""
            widget.found = self._found(widget.disk["text"] if draft is None else draft)

    def _pressed(self, _widget: object, message: Any, _buffers: object) -> None:
        if not isinstance(message, dict) or message.get("do") != "save" or self._shown is None:
            return
        said = ""
        try:
            self.save(str(message.get("text", "")), over=str(message.get("over", "")))
        except CellError as error:
            said = str(error)
        self._shown.widget.said = said

    def _found(self, text: str) -> list[Finding]:
        if self._last[0] != text:
            self._last = (text, findings(text, self._exercise))
        return self._last[1]

    def _twins(self, disk: Disk) -> tuple[str, str]:
        found = self._found(disk["text"])
        lines = [shown(self.path)]
        for number, line in enumerate(disk["text"].splitlines(), start=1):
            lines.append(f"{number:>4} │ {line}")
            lines += [f"     ↑ {one['what']}  {one['do']}".rstrip() for one in found if one["line"] == number]
        return "\n".join(lines), f"<pre>{escape(chr(10).join(lines))}</pre>"


def read(path: Path) -> Disk:
    """The file as it lies there; a file that is no text of a Dockerfile's size is not readable, and is not changed."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {"text": "", "digest": "", "there": False, "readable": True}
    except OSError:
        return {"text": "", "digest": "", "there": True, "readable": False}
    try:
        text = data.decode() if len(data) <= BYTES_MOST else None
    except UnicodeDecodeError:
        text = None
    digest = hashlib.sha256(data).hexdigest()
    return {"text": text or "", "digest": digest, "there": True, "readable": text is not None}


def edit(path: str | Path) -> None:
    """Show the Dockerfile at `path` (or in the folder `path`) in an editor; saving writes the file.

    Raises CellError when its folder is not there.
    """
    file = Path(path)
    file = (file / "Dockerfile" if file.is_dir() else file).absolute()
    if not file.parent.is_dir():
        raise CellError(f"There is no folder '{Path(path).parent}'.", first_run(the_session().lesson, str(path)))
    FileEditor(file).show()
