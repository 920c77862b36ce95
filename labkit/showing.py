"""Showing something twice: as a widget where there is a page for it, and as text where there is none."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4


class Shown:
    """One output of a cell: a widget with its text twins, which can be brought up to date from any thread."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self._id = uuid4().hex
        self._lock = threading.Lock()
        self._last = ("", "")
        self._context: contextvars.Context | None = None

    def show(self, text: str, html: str = "") -> None:
        """Show it in the cell that runs."""
        self._context = contextvars.copy_context()
        self._last = (text, html)
        self._publish(text, html, update=False)

    def renew(self, text: str, html: str = "") -> None:
        """The twins have changed; nothing happens when they have not, or when it is not shown."""
        with self._lock:
            if self._context is None or self._last == (text, html):
                return
            self._last = (text, html)
        self._publish(text, html, update=True)

    def repeat(self) -> None:
        """Say the twins once more for whoever reads only what the running cell says, as nbclient does."""
        if self._context is not None:
            self._publish(*self._last, update=True)

    def context(self) -> contextvars.Context:
        """The context of the cell in which it is shown: what a thread says in it goes to that cell."""
        return contextvars.copy_context() if self._context is None else self._context.copy()

    def _publish(self, text: str, html: str, *, update: bool) -> None:
        from IPython.core.interactiveshell import InteractiveShell
        from IPython.display import publish_display_data

        if not InteractiveShell.initialized():
            return
        data: dict[str, object] = {"text/plain": text}
        if html:
            data["text/html"] = html
        data |= _view(self.widget)
        show: Callable[..., None] = publish_display_data
        show(data, transient={"display_id": self._id}, update=update)


def _view(widget: Any) -> dict[str, object]:
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle or {}
    return {key: value for key, value in data.items() if key.startswith("application/vnd.jupyter.widget")}
