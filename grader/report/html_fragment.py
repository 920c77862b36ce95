"""A report as a piece of HTML for a notebook: no script, no style sheet, nothing loaded, every text escaped."""

from __future__ import annotations

from html import escape

from grader.model import Report
from grader.report import radar
from grader.report.terminal import SIGNS
from grader.report.view import CheckView, StepView, View, view
from grader.report.words import ENGLISH, Words

COLOURS = {
    "passed": "var(--jp-success-color1, #2e7d32)",
    "failed": "var(--jp-error-color1, #d32f2f)",
    "not_judged": "var(--jp-warn-color1, #b26a00)",
}
TEXT = "color:var(--jp-content-font-color1, inherit)"
LINE = "var(--jp-border-color1, #9e9e9e)"
SHADE = "background:var(--jp-layout-color2, rgba(127,127,127,.12))"
CODE = "font-family:var(--jp-code-font-family, monospace);font-size:.95em"
BLOCK = f"{CODE};{SHADE};{TEXT};margin:.2em 0;padding:.4em .6em;white-space:pre-wrap;overflow-wrap:anywhere"
CELL = "padding:.2em .7em;vertical-align:top;text-align:"


def render(report: Report, *, words: Words = ENGLISH) -> str:
    """The report as one `<section>`, readable on light and dark pages."""
    seen = view(report, words)
    name = f" <small>({escape(seen.exercise)})</small>" if seen.exercise != seen.title else ""
    parts = [
        f'<section lang="{words.lang}" aria-label="{escape(seen.title)}"'
        f' style="{TEXT};max-width:60em;line-height:1.5;padding:.2em 0">',
        f'<h3 style="margin:.2em 0">{escape(seen.title)}{name}</h3>',
        _score(seen, words),
        _profile(report, seen, words),
        *(_check(check, words) for check in seen.checks),
        _build(seen, words),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _status(status: str, word: str) -> str:
    colour = COLOURS[status]
    return f'<strong><span aria-hidden="true" style="color:{colour}">{SIGNS[status]}</span> {escape(word)}</strong>'


def _score(seen: View, words: Words) -> str:
    bar = (
        f'<span aria-hidden="true" style="display:inline-block;vertical-align:middle;width:12em;height:.7em;'
        f'margin:0 .8em;border:1px solid {LINE};border-radius:.4em;overflow:hidden">'
        f'<span style="display:block;height:100%;width:{seen.share:.0%};background:{COLOURS[seen.status]}">'
        "</span></span>"
    )
    return (
        f'<p style="margin:.3em 0">{escape(words.score)} <strong>{escape(seen.score)}</strong>{bar}'
        f"{_status(seen.status, seen.word)}<br>{escape(seen.summary)}</p>"
    )


def _profile(report: Report, seen: View, words: Words) -> str:
    """The picture, and the same as a table for those who want the numbers."""
    if not seen.profile:
        return ""
    rows = "".join(
        f'<tr><th scope="row" style="{CELL}left;font-weight:normal">{escape(one.name)}</th>'
        f'<td style="{CELL}left">{escape(one.said)}</td><td style="{CELL}left">{escape(one.about)}</td></tr>'
        for one in seen.profile
    )
    return (
        f'<h4 style="margin:.8em 0 .2em;font-size:1em">{escape(words.profile)}</h4>{radar.render(report, words=words)}'
        f'<details style="margin:.2em .7em"><summary style="cursor:pointer">{escape(words.profile_about)}</summary>'
        f'<table style="border-collapse:collapse;font-size:inherit;margin:.2em 0;{TEXT}"><tbody>{rows}</tbody></table>'
        "</details>"
    )


def _check(check: CheckView, words: Words) -> str:
    rows = "".join(
        f"<tr>{_label(label)}"
        f'<td style="{CELL}left;white-space:pre-wrap;overflow-wrap:anywhere">{escape(text)}</td></tr>'
        for label, text in check.rows
    )
    where = f'<pre style="{BLOCK}">{escape(check.where)}</pre>' if check.where else ""
    table = f'<table style="border-collapse:collapse;font-size:inherit;margin:.2em 0;width:100%;{TEXT}">'
    table += f"<tbody>{rows}</tbody></table>"
    hints = "".join(
        f'<details style="margin:.2em .7em"><summary style="cursor:pointer">'
        f"{escape(words.hint_of.format(number=number, all=len(check.hints)))}</summary>"
        f'<p style="margin:.2em 1.2em;white-space:pre-wrap">{escape(hint)}</p></details>'
        for number, hint in enumerate(check.hints, 1)
    )
    return (
        f'<div style="border-left:.3em solid {COLOURS[check.status]};padding:.1em .8em;margin:.7em 0">'
        f'<h4 style="margin:.1em 0;font-size:1em">{_status(check.status, check.word)}'
        f" &nbsp;{escape(check.points)} &nbsp;{escape(check.title)}</h4>{where}{table if rows else ''}{hints}</div>"
    )


def _label(text: str) -> str:
    """The cell before a row's text; an empty one heads nothing, and a screen reader would announce it all the same."""
    style = f'style="{CELL}left;font-weight:normal;white-space:nowrap;width:5em"'
    return f'<th scope="row" {style}>{escape(text)}</th>' if text else f"<td {style}></td>"


def _build(seen: View, words: Words) -> str:
    parts = [f'<h4 style="margin:.8em 0 .2em;font-size:1em">{escape(words.build)}</h4>']
    if seen.steps:
        parts.append(_steps(seen.steps, words))
    if seen.stopped:
        parts.append(
            f'<p style="margin:.3em 0;white-space:pre-wrap;overflow-wrap:anywhere">'
            f"<strong>{escape(seen.stopped)}:</strong> {escape(seen.stopped_text)}</p>"
        )
    if seen.printed:
        parts.append(
            f'<p style="margin:.3em 0">{escape(words.printed)}:</p><pre style="{BLOCK}">{escape(seen.printed)}</pre>'
        )
    if seen.remarks:
        items = "".join(f"<li>{escape(remark)}</li>" for remark in seen.remarks)
        parts.append(f'<p style="margin:.3em 0">{escape(words.remarks)}:</p><ul style="margin:.2em 0">{items}</ul>')
    parts += [f'<p style="margin:.3em 0">{escape(missing)}</p>' for missing in seen.remarks_missing]
    parts.append(f'<p style="margin:.3em 0">{escape(words.semicolon.join(seen.totals))}</p>')
    return "\n".join(parts)


def _steps(steps: tuple[StepView, ...], words: Words) -> str:
    columns = (
        (words.column_line, "right"),
        (words.column_step, "left"),
        (words.column_result, "left"),
        (words.column_seconds, "right"),
        (words.column_size, "right"),
    )
    head = "".join(f'<th scope="col" style="{CELL}{side}">{escape(name)}</th>' for name, side in columns)
    return (
        f'<table style="border-collapse:collapse;font-size:inherit;margin:.2em 0;{TEXT}"><thead>'
        f'<tr style="border-bottom:1px solid {LINE}">{head}</tr></thead>'
        f"<tbody>{''.join(_step(step) for step in steps)}</tbody></table>"
    )


def _step(step: StepView) -> str:
    number = f"{CELL}right;white-space:nowrap"
    return (
        f'<tr><td style="{number}">{escape(step.line)}</td>'
        f'<th scope="row" style="{CELL}left;font-weight:normal;{CODE};overflow-wrap:anywhere">'
        f"{escape(step.command)}</th>"
        f'<td style="{CELL}left;white-space:nowrap">{escape(step.result)}</td>'
        f'<td style="{number}">{escape(step.seconds)}</td><td style="{number}">{escape(step.size)}</td></tr>'
    )
