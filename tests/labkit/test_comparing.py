"""Images side by side: bars as a text and as pictures, the numbers beside them."""

from __future__ import annotations

import re
from html import escape

import pytest

from labkit.comparing import Comparison, Line

BOTH = Comparison(
    [
        Line(name="before <b>", values={"image": 20_000_000, "layers": 10, "seconds": 1.5}),
        Line(name="after", values={"image": 1_000_000, "layers": 2, "seconds": 0.0}),
    ],
    ["image", "layers", "seconds"],
)


def test_the_text_has_each_measure_with_bars_in_proportion() -> None:
    bars = {(line.split()[0], line.count("█")) for line in repr(BOTH).splitlines() if line.startswith("  ")}
    assert bars == {("before", 20), ("after", 1), ("after", 4), ("after", 0)}
    assert "20.0 MB" in repr(BOTH)
    assert "1.5 s" in repr(BOTH)


def test_the_page_says_the_same_and_is_inert() -> None:
    page = BOTH._repr_html_()
    assert "before &lt;b&gt;" in page
    assert "<b>" not in page
    assert re.findall(r'<rect width="(\d+)" height="8" fill="currentColor" opacity="0.6"', page) == [
        "90", "90", "90", "4", "18", "0",
    ]  # fmt: skip
    assert all(number in page for number in ("20.0 MB", "1.0 MB", "1.5 s"))


def test_the_plain_command_is_shown_where_there_is_one() -> None:
    command = "docker image inspect --format '{{.Size}} {{len .RootFS.Layers}}' a:1 b:1"
    shown = Comparison(BOTH.lines, BOTH.measures, command)
    assert repr(shown).splitlines()[0] == command
    assert f'<caption style="text-align:left"><code>{escape(command)}</code></caption>' in shown._repr_html_()
    assert "caption" not in BOTH._repr_html_()


def test_nothing_heads_the_names() -> None:
    assert "<thead><tr><td></td><th" in BOTH._repr_html_()


def test_one_value_can_be_asked_for() -> None:
    assert BOTH.of("after", "layers") == 2
    with pytest.raises(LookupError, match="nothing that is compared is called 'other'"):
        BOTH.of("other", "layers")
