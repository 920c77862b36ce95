"""Panels with one curve each, on logarithmic axes, as one SVG without script, style sheet or address."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 300, 220, 58, 34, 14, 30
EDGE = 16
"""For the figure below the last column's end."""


class Panel(NamedTuple):
    """A curve through (size, figure) points; `unit` names what the upright axis counts."""

    title: str
    unit: str
    points: tuple[tuple[float, float], ...]


def drawn(rows: Sequence[Sequence[Panel]]) -> str:
    """The panels, row by row."""
    wide, high = WIDTH * max(map(len, rows)) + EDGE, HEIGHT * len(rows)
    panels = [
        f'<g transform="translate({column * WIDTH} {row * HEIGHT})">{_panel(panel)}</g>'
        for row, panels in enumerate(rows)
        for column, panel in enumerate(panels)
    ]
    said = "; ".join(f"{panel.title or panel.unit}: {_said(panel)}" for panels in rows for panel in panels)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" font-family="sans-serif"'
            f' font-size="11" width="{wide}" height="{high}">',
            f"<title>Time and memory against the size of the work</title><desc>{escape(said)}</desc>",
            f'<rect width="{wide}" height="{high}" fill="#fff"/>',
            *panels,
            "</svg>\n",
        ]
    )


def _panel(panel: Panel) -> str:
    across = _decades([x for x, _ in panel.points])
    upright = _decades([y for _, y in panel.points])
    right, low = WIDTH - RIGHT, HEIGHT - BOTTOM

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + (log10(x) - across[0]) / (across[-1] - across[0]) * (right - LEFT),
            low - (log10(y) - upright[0]) / (upright[-1] - upright[0]) * (low - TOP),
        )

    parts = [f'<text x="{LEFT}" y="18" font-weight="bold">{escape(panel.title)}</text>'] if panel.title else []
    for power in across:
        x, _ = at(10.0**power, 10.0 ** upright[0])
        parts.append(f'<path d="M{x:.1f} {TOP}V{low}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{low + 16}" text-anchor="middle" fill="#444">{_figure(power)}</text>')
    for power in upright:
        _, y = at(10.0 ** across[0], 10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#444">{_figure(power)}</text>')
    parts.append(f'<text x="14" y="{(TOP + low) / 2}" transform="rotate(-90 14 {(TOP + low) / 2})"')
    parts[-1] += f' text-anchor="middle" fill="#444">{escape(panel.unit)}</text>'
    (first_x, _), (last_x, last_y) = panel.points[0], panel.points[-1]
    lowest = max(last_y * first_x / last_x, 10.0 ** upright[0])
    start, end = at(last_x * lowest / last_y, lowest), at(last_x, last_y)
    parts.append(f'<path d="{_path([start, end])}" stroke="#888" stroke-dasharray="4 3" fill="none"/>')
    curve = [at(x, y) for x, y in panel.points]
    parts.append(f'<path d="{_path(curve)}" stroke="#0b5cad" stroke-width="2" fill="none"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#0b5cad"/>' for x, y in curve]
    return "".join(parts)


def _decades(values: Sequence[float]) -> list[int]:
    """The powers of ten around these values, at least two."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return list(range(low, max(high, low + 1) + 1))


def _figure(power: int) -> str:
    return f"{10.0**power:g}" if power < 0 else f"{10**power:,}"


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _said(panel: Panel) -> str:
    return ", ".join(f"{x:,} {y:.3g} {panel.unit}" for x, y in panel.points)
