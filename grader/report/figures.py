"""Numbers as a report shows them."""

from __future__ import annotations


def number(value: float) -> str:
    """A whole number without a fraction (`7`), any other with at most two digits of it (`2.5`)."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def size(count: int) -> str:
    """`count` bytes in the units of `docker images`: powers of 1,000, three or four digits (`12.3 MB`)."""
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 999.5:
            break
        amount, unit = amount / 1000, larger
    return f"{count} B" if unit == "B" else f"{amount:.3g} {unit}" if amount < 1000 else f"{amount:.0f} {unit}"


def seconds(value: float) -> str:
    """`value` seconds: `0.3 s`, `12.0 s`, from two minutes on `2 min 05 s`."""
    if value < 119.95:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes:,} min {rest:02d} s"
