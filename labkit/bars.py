"""A value as a bar among others: in the characters of a text, and as a picture."""

CHARACTERS = 20
WIDTH = 90


def blocks(value: float, most: float) -> str:
    """The bar of `value` in characters; that of `most`, the largest of all, is CHARACTERS long."""
    return "█" * (max(1, round(CHARACTERS * value / most)) if value and most else 0)


def bar(value: float, most: float, part: float = 0) -> str:
    """The bar as SVG; `part` of `value` is drawn hollow. Screen readers pass over it: its number stands beside it."""
    width, hollow = (max(1, round(WIDTH * one / most)) if one and most else 0 for one in (value, part))
    inner = f'<rect x="{width - hollow}" y="2" width="{hollow}" height="4" fill="#fff"/>' if hollow else ""
    # JupyterLab makes a picture as narrow as its column; without a box it would be cut off, and not be narrower.
    box = f'viewBox="0 0 {WIDTH} 8" preserveAspectRatio="none"'
    return (
        f'<svg width="{WIDTH}" height="8" {box} aria-hidden="true" focusable="false">'
        f'<rect width="{WIDTH}" height="8" fill="currentColor" opacity="0.12"/>'
        f'<rect width="{width}" height="8" fill="currentColor" opacity="0.6"/>{inner}</svg>'
    )
