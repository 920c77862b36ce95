"""The widgets: one plain ES module and its style each, sent with the page, nothing fetched from anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from labkit.words import words


@cache
def source(name: str) -> str:
    """The text of a file beside this one."""
    return Path(__file__).with_name(name).read_text("utf-8")


def _css(name: str) -> str:
    return source("common.css") + source(name)


class _Widget(anywidget.AnyWidget):
    words = traitlets.Dict(default_value={}).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(words=dict(words()), **traits)


class BuildView(_Widget):
    """Draws `state` (labkit.view.State); sends {"do": "cancel"}."""

    _esm = source("build_view.js")
    _css = _css("build_view.css")
    state = traitlets.Dict().tag(sync=True)


class Panel(_Widget):
    """Draws `state` of an exercise (labkit.panel_twin.PanelState); sends {"do": "check" | "cancel" | "hint" | …}."""

    _esm = source("panel.js")
    _css = _css("panel.css")
    state = traitlets.Dict().tag(sync=True)


class Question(_Widget):
    """Asks `asked` ({"question", "options"}); `chosen` is the option's index or None, `said` what is answered.

    Nothing can be chosen any more when it is `locked`.
    """

    _esm = source("question.js")
    _css = _css("question.css")
    asked = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Int(allow_none=True, default_value=None).tag(sync=True)
    said = traitlets.Dict({"kind": "", "text": ""}).tag(sync=True)
    locked = traitlets.Bool(default_value=False).tag(sync=True)


class LayerExplorer(_Widget):
    """Draws `state` (labkit.explorer.Explored), which does not change."""

    _esm = source("layer_explorer.js")
    _css = _css("layer_explorer.css")
    state = traitlets.Dict().tag(sync=True)


class Editor(_Widget):
    """Edits the file `name`, as `disk` (labkit.editing.Disk) says it lies there; sends {"do": "save", "text", "over"}.

    `draft` is what has not been saved (None: nothing), `found` what is found in it, `said` what went wrong with a save.
    """

    _esm = source("editor.bundle.js")
    _css = _css("editor.css")
    name = traitlets.Unicode().tag(sync=True)
    disk = traitlets.Dict().tag(sync=True)
    draft = traitlets.Unicode(allow_none=True, default_value=None).tag(sync=True)
    found: Any = traitlets.List().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
