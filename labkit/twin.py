"""The build view as plain text and as a table with bars, for places that show no widgets."""

from __future__ import annotations

from html import escape

from labkit.sizes import seconds, size
from labkit.view import Row, State
from labkit.words import words

SIGNS = {"ran": "✓", "cached": "↻", "running": "…", "failed": "✗"}


def word_of(row: Row) -> str:
    """What became of a step: a key of SIGNS and of the words."""
    if row["error"]:
        return "failed"
    if row["end"] is None:
        return "running"
    return "cached" if row["cached"] else "ran"


def text(state: State) -> str:
    """The build as lines of text."""
    say = words()
    lines = [f"{say['stands_for']}: {state['command']}"]
    stage = max((len(row["stage"]) for row in state["rows"]), default=0)
    sized = any(row["bytes"] is not None for row in state["rows"])
    for row in state["rows"]:
        kind = word_of(row)
        bytes = f"  {added(row):>9}" if sized else ""
        took = "" if kind in ("cached", "running") else seconds(row["took"])
        first = " ".join(row["command"].split())
        lines.append(f"  {SIGNS[kind]} {say[kind]:<7} {took:>7}{bytes}  {row['stage']:<{stage}}  {first[:90]}".rstrip())
        if row["container"]:
            lines.append(f"      {_container(row)}")
    lines.append(_end(state))
    if state["failure"]:
        lines += ["", *failure(state)]
    return "\n".join(lines)


def added(row: Row) -> str:
    """The bytes that a step added to the image; empty where it made no layer of it, or nothing is known."""
    return "" if row["bytes"] is None else f"+{size(row['bytes'])}"


def failure(state: State) -> list[str]:
    """The finding of a failed build: what happened and where, and the end of the step's own output."""
    why = state["failure"]
    if why is None:
        return []
    output = [f"    {line}" for line in why["output"].rstrip().splitlines()[-8:]]
    return [*(f"  {line}" for line in why["message"].splitlines()), *output]


def html(state: State) -> str:
    """The build as a table; a step's bar shows when it ran, from the start of the build to its end."""
    whole = max(state["seconds"], 0.001)
    rows = "".join(_html_row(row, whole) for row in state["rows"])
    why = f"<pre>{escape(chr(10).join(failure(state)))}</pre>" if state["failure"] else ""
    return (
        f"<div><code>{escape(state['command'])}</code>"
        f"<table><tbody>{rows}</tbody></table><div>{escape(_end(state))}</div>{why}</div>"
    )


def _html_row(row: Row, whole: float) -> str:
    kind = word_of(row)
    end = whole if row["end"] is None else row["end"]
    left, wide = 120 * min(row["start"] / whole, 1), max(120 * (end - row["start"]) / whole, 1)
    fill = "#9e9e9e" if kind == "cached" else "#c62828" if kind == "failed" else "#1976d2"
    bar = (
        f'<svg width="120" height="10" role="img" aria-label="{row["start"]:.2f} s – {end:.2f} s">'
        f'<rect x="{left:.1f}" y="1" width="{wide:.1f}" height="8" fill="{fill}"/></svg>'
    )
    took = "" if kind == "cached" else seconds(row["took"])
    more = f"<br><small>{escape(_container(row))}</small>" if row["container"] else ""
    return (
        f"<tr><td>{SIGNS[kind]} {words()[kind]}</td><td>{escape(row['stage'])}</td>"
        f'<td style="text-align:left"><code>{escape(row["command"][:200])}</code>{more}</td>'
        f"<td>{bar}</td><td>{took}</td><td>{added(row)}</td></tr>"
    )


def _end(state: State) -> str:
    say = words()
    end = f"{say[state['status']]}, {seconds(state['seconds'])}"
    # The classic builder's answer does not tell what was sent.
    return end if state["builder"] == "classic" else f"{end}, {size(state['sent'])} {say['sent']}"


def _container(row: Row) -> str:
    say = words()
    parts = [f"{say['container']} {row['container'][:12]}"]
    if row["image"]:
        parts.append(f"{say['committed']} {row['image'].removeprefix('sha256:')[:12]}")
    if row["removed"]:
        parts.append(f"{say['container']} {say['removed']}")
    return " → ".join(parts)
