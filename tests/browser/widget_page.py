"""A widget on a page of its own, in JupyterLab's colours, with a model that stands for the kernel's."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from labkit.words import words

THEMES = Path(sys.prefix, "share/jupyter/lab/themes/@jupyterlab")

# What anywidget gives a widget's module of its model, and a record of what is sent to the kernel.
MODEL = """
class Model {
  constructor(traits) { this.traits = traits; this.listeners = {}; this.sent = []; }
  get(name) { return this.traits[name]; }
  set(name, value) { this.traits[name] = value; this.tell(`change:${name}`); }
  save_changes() {}
  send(message) { this.sent.push(message); }
  on(name, listener) { (this.listeners[name] ??= []).push(listener); }
  off(name, listener) { this.listeners[name] = (this.listeners[name] ?? []).filter((one) => one !== listener); }
  tell(name, ...values) { for (const listener of this.listeners[name] ?? []) listener(...values); }
}
"""


def show(page: Page, widget: Any, traits: dict[str, Any], theme: str = "light") -> float:
    """Put the widget class's module with these traits on the page; the milliseconds until it was painted.

    What goes wrong on the page is in `window.wrong`.
    """
    css = (THEMES / f"theme-{theme}-extension/index.css").read_text("utf-8")
    page.set_content(
        f'<!doctype html><html lang="en"><title>A widget</title><style>{css}</style><style>{widget._css}</style>'
        f'<body data-jp-theme-light="{json.dumps(theme == "light")}" style="background:var(--jp-layout-color1)">'
        '<main><h1 style="color:var(--jp-content-font-color1)">A widget</h1></main>'
    )
    page.evaluate("window.wrong = []; addEventListener('error', event => wrong.push(event.message))")
    return float(
        page.evaluate(
            """async ([model, source, traits]) => {
              const Model = new Function(`${model}; return Model;`)();
              const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
              const module = (await import(url)).default;
              window.model = new Model(JSON.parse(traits));
              const began = performance.now();
              module.render({ model: window.model, el: document.querySelector("main") });
              await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
              return performance.now() - began;
            }""",
            [MODEL, widget._esm, json.dumps({"words": dict(words()), **traits})],
        )
    )


def show_html(page: Page, html: str, theme: str = "light") -> None:
    """Put on the page what a cell shows as HTML, in JupyterLab's colours."""
    css = (THEMES / f"theme-{theme}-extension/index.css").read_text("utf-8")
    page.set_content(
        f'<!doctype html><html lang="en"><title>An output</title><style>{css}</style>'
        '<body style="background:var(--jp-layout-color0);color:var(--jp-content-font-color1)">'
        "<style>a { color: var(--jp-content-link-color) }</style>"
        f"<main><h1>An output</h1>{html}</main>"
    )


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds on the page: the rule, and the elements."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
