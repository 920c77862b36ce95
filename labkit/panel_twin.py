"""The exercise panel as plain text and as HTML, for places that show no widgets: all that the widget shows."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TypedDict

from labkit.words import words


class GivenFile(TypedDict):
    """A file that the learner has: its text where it is a short one, else nothing."""

    name: str
    size: str
    text: str


class PanelState(TypedDict):
    """All that the panel shows."""

    title: str
    facts: str
    command: str
    status: str
    busy: bool
    checking: str
    note: str
    hints: list[str]
    verdict: str
    solution: str
    has_solution: bool
    files: list[GivenFile]


def text(state: PanelState, verdict: str) -> str:
    """The panel as lines of text; `verdict` is the one of `state` as text (empty: there is none)."""
    say = words()
    parts = [f"{state['title']} · {state['facts']}\n{say['stands_for']}: {state['command']}"]
    if state["files"]:
        listed = "\n".join(f"  {file['name']}  {file['size']}" for file in state["files"])
        parts.append(f"{say['given']} ({len(state['files'])})\n{listed}")
    parts += [one for one in (_note(state), verdict if state["verdict"] else "") if one]
    if state["hints"]:
        parts += [f"{say['hint']} {number}: {hint}" for number, hint in enumerate(state["hints"], start=1)]
    if state["solution"]:
        parts.append(f"{say['solution']}\n{state['solution']}")
    return "\n".join(parts)


def html(state: PanelState) -> str:
    """The panel as HTML; its verdict is a fragment already."""
    return "".join(_parts(state))


def _parts(state: PanelState) -> Iterator[str]:
    say = words()
    yield f"<p><strong>{escape(state['title'])}</strong> {escape(state['facts'])}<br>"
    yield f"{escape(say['stands_for'])}: <code>{escape(state['command'])}</code></p>"
    if state["files"]:
        files = "".join(map(_file, state["files"]))
        yield f"<details><summary>{escape(say['given'])} ({len(state['files'])})</summary><ul>{files}</ul></details>"
    if note := _note(state):
        yield f"<p>{escape(note)}</p>"
    if state["hints"]:
        hints = "".join(f"<li>{escape(hint)}</li>" for hint in state["hints"])
        yield f"<p>{escape(say['hint'])}</p><ol>{hints}</ol>"
    yield state["verdict"]
    if state["solution"]:
        yield f"<p>{escape(say['solution'])}</p><pre>{escape(state['solution'])}</pre>"


def _note(state: PanelState) -> str:
    return state["checking"] if state["busy"] else state["note"]


def _file(file: GivenFile) -> str:
    name = f"<code>{escape(file['name'])}</code> {escape(file['size'])}"
    if not file["text"]:
        return f"<li>{name}</li>"
    return f"<li><details><summary>{name}</summary><pre>{escape(file['text'])}</pre></details></li>"
