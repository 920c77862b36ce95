"""A small table, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Table:
    """Rows under headings; every cell is shown as `str` shows it."""

    def __init__(self, headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
        self.headings = tuple(headings)
        self.rows = tuple(tuple(str(cell) for cell in row) for row in rows)
        self.title = title

    def __repr__(self) -> str:
        widths = [max(len(row[at]) for row in (self.headings, *self.rows)) for at in range(len(self.headings))]
        lines = [self._line(self.headings, widths), self._line(["─" * width for width in widths], widths)]
        lines += [self._line(row, widths) for row in self.rows]
        return "\n".join([self.title, *lines] if self.title else lines)

    def _repr_html_(self) -> str:
        head = "".join(heading(escape(cell)) for cell in self.headings)
        body = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in row) + "</tr>"
            for row in self.rows
        )
        return f"<table>{caption(self.title)}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    @staticmethod
    def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def caption(title: str) -> str:
    """What stands above a table: mostly the command that shows the same; empty without one."""
    return f'<caption style="text-align:left"><code>{escape(title)}</code></caption>' if title else ""


def heading(html: str) -> str:
    """A cell of a table's head. An empty one heads nothing: a screen reader would announce a heading without words."""
    return f'<th scope="col" style="text-align:left">{html}</th>' if html else "<td></td>"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table to show at the end of a cell."""
    return Table(headings, rows)
