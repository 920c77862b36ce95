"""A profile by practice as a picture, and the same in words: SVG without script, style sheet or address."""

from __future__ import annotations

from html import escape
from math import cos, pi, sin

from grader.model import Report
from grader.report.view import PracticeView, view
from grader.report.words import ENGLISH, Words

WIDTH, HEIGHT, RADIUS = 640, 460, 150
RINGS = (0.0, 0.25, 0.5, 0.75, 1.0)
INNER = 0.15
FULL = "var(--good, var(--jp-success-color1, #2e7d32))"
LACK = "var(--bad, var(--jp-error-color1, #d32f2f))"


def render(report: Report, *, words: Words = ENGLISH) -> str:
    """The radar of the report's profile, one `<svg>` in the colour of the text around it; empty without a profile.

    Each practice has a spoke, as long as the points that it could earn, with a mark at the part that it did. One that
    does not apply has a broken spoke and no mark. What it shows is also in its title and description.
    """
    practices = view(report, words).profile
    if not practices:
        return ""
    spokes = [_spoke(at, one, len(practices)) for at, one in enumerate(practices)]
    corners = [_point(at, one.share, len(practices)) for at, one in enumerate(practices) if one.applies]
    shape = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' width="100%" height="{HEIGHT}" fill="none" stroke="currentColor" font-size="14">',
        f"<title>{escape(words.profile)}</title>",
        f"<desc>{escape('; '.join(_lines(practices)))}</desc>",
        *(_ring(share) for share in RINGS),
        *(spoke for spoke, _ in spokes),
        f'<polygon points="{shape}" stroke-width="2" fill="currentColor" fill-opacity=".12"/>' if corners else "",
        *(mark for _, mark in spokes),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def as_text(report: Report, *, words: Words = ENGLISH) -> tuple[str, ...]:
    """The picture in words: a line a practice, in the same order; none without a profile."""
    return tuple(_lines(view(report, words).profile))


def _lines(practices: tuple[PracticeView, ...]) -> list[str]:
    return [f"{one.name}: {one.said}" for one in practices]


def _point(at: int, share: float, count: int) -> tuple[float, float]:
    angle, far = 2 * pi * at / count - pi / 2, _far(share)
    return WIDTH / 2 + far * cos(angle), HEIGHT / 2 + far * sin(angle)


def _far(share: float) -> float:
    """How far from the middle a share is drawn; nothing is not in the middle, where all spokes would meet."""
    return RADIUS * (INNER + (1 - INNER) * share)


def _ring(share: float) -> str:
    return f'<circle cx="{WIDTH / 2:g}" cy="{HEIGHT / 2:g}" r="{_far(share):g}" stroke-opacity=".25"/>'


def _spoke(at: int, one: PracticeView, count: int) -> tuple[str, str]:
    """The spoke with its name, and the mark on it."""
    x, y = _point(at, 1.0, count)
    left, top = _point(at, 1.14, count)
    start = _point(at, 0.0, count)
    side = "middle" if abs(left - WIDTH / 2) < RADIUS / 5 else "start" if left > WIDTH / 2 else "end"
    broken = "" if one.applies else ' stroke-dasharray="2 5"'
    faint = "1" if one.applies else ".6"
    line = (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke-opacity=".4"{broken}/>'
        f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{side}" stroke="none" fill="currentColor"'
        f' fill-opacity="{faint}">{escape(one.name)}<tspan x="{left:.1f}" dy="1.2em" font-size="11">'
        f"{escape(one.said)}</tspan></text>"
    )
    if not one.applies:
        return line, ""
    x, y = _point(at, one.share, count)
    # Attributes, for a page that forbids styles beside its own sheet.
    look = f'fill="{FULL}"' if one.share >= 1 else f'stroke="{LACK}" stroke-width="3"'
    return line, f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {look}/>'
