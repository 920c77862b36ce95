"""Bytes and seconds as people read them."""


def size(count: int | None) -> str:
    """Bytes in the units of `docker history` (powers of 1000): `0 B`, `4.1 kB`, `12.3 MB`; a dash for None."""
    if count is None:
        return "–"
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 99.95 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.2f} GB"


def seconds(value: float) -> str:
    """Seconds with as many places as matter: `0.03 s`, `1.2 s`, `75 s`."""
    return f"{value:.2f} s" if value < 0.995 else f"{value:.1f} s" if value < 59.95 else f"{value:.0f} s"
