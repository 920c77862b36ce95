"""What every page begins with: it forbids itself all but its own style and script, and is read the same everywhere."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from grader.report.html_page.element import Html, element


def page_style() -> str:
    """The style sheet that all pages share."""
    return Path(__file__).with_name("page.css").read_text("utf-8")


def page_head(title: str, style: str, script: str = "") -> Html:
    """The head of a page with this style sheet; of scripts it allows `script` alone, at the end of the body.

    The Content-Security-Policy (W3C, level 3) names both by their digests.
    """
    allowed = f"style-src '{_digest(style)}'; " + (f"script-src '{_digest(script)}'; " if script else "")
    policy = f"default-src 'none'; {allowed}img-src data:; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("link", rel="icon", href="data:,"),
        element("style", Html(style)),
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
