"""HTML from values: every text is escaped where it is put in, so nothing else has to remember it."""

from __future__ import annotations

from html import escape

EMPTY = frozenset(("br", "link", "meta", "rect", "line"))


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *children: str | None, **attributes: str | int | float | bool | None) -> Html:
    """`<tag …>children</tag>`, all that is no `Html` escaped.

    Attributes that are None or False are left out, True has no value; `class_` is `class`, `aria_label` `aria-label`,
    and `viewBox` stays as it is.
    """
    said = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in EMPTY:
        return Html(f"<{tag}{said}>" if tag not in ("rect", "line") else f"<{tag}{said}/>")
    return Html(f"<{tag}{said}>{joined(*children)}</{tag}>")


def joined(*children: str | None) -> Html:
    """The children one after another; None is nothing."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child is not None))


def _attribute(name: str, value: str | int | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
