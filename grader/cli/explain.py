"""Show the page of a check: what it looks at, why it matters, what loses the point and what earns it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from grader.course.pages import Page

SUMMARY = "show what a check looks at, and why"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("check", metavar="CHECK", nargs="?", help="its name; without one, all are listed")


def run(arguments: argparse.Namespace) -> int:
    """Print the page, or the list of all checks."""
    from difflib import get_close_matches

    from rich.console import Console

    from grader import checks
    from grader.errors import UsageError

    if arguments.check is None:
        every = checks.load_all()
        widest = max(map(len, every))
        for check in every.values():
            print(f"{check.name:<{widest}}  {check.title}")
        print("\n`./drydock explain NAME` shows the page of one.")
        return 0
    wanted = arguments.check.strip().lower().replace(" ", "_").replace("-", "_")
    if wanted not in checks.names():
        near = get_close_matches(wanted, checks.names(), n=1)
        hint = f"did you mean '{near[0]}'?" if near else "`./drydock explain` lists them all"
        raise UsageError(f"there is no check '{arguments.check}'", hint)
    _show(_page(wanted), Console(highlight=False, markup=False, emoji=False))
    return 0


def _page(name: str) -> Page:
    from grader import exercise
    from grader.course.pages import pages

    root = exercise.exercises_folder()
    course = (exercise.load(root / each) for each in exercise.names(root))
    return next(page for page in pages(course) if page.name == name)


def _show(page: Page, console: Console) -> None:
    """Headings in bold, code and lists indented; the width is the terminal's, at most 100 columns."""
    from inspect import cleandoc

    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from grader.course.pages import CODE

    width = min(console.width, 100)
    console.print(Text.assemble((page.name, "bold"), "\n", page.title), width=width)
    for heading, text in page.sections.items():
        shown = Text(cleandoc(text), style="cyan" if heading in CODE else "")
        console.print(Text(f"\n{heading}", style="bold"))
        console.print(Padding(shown, (0, 0, 0, 4), expand=False), width=width)
    if page.parameters:
        table = Table.grid(padding=(0, 2, 0, 0))
        for each in page.parameters:
            table.add_row(Text(each.name), Text(f"{each.kind}, {each.default}", style="dim"), Text(each.meaning))
        console.print(Text("\nWhat an exercise can set", style="bold"))
        console.print(Padding(table, (0, 0, 0, 4), expand=False), width=width)
    facts = {
        "Needs": page.needs,
        "Used in": page.exercises or ("no exercise",),
        "Other tools say the same with": page.rules,
    }
    for heading, names in facts.items():
        if names:
            console.print(Text.assemble((f"\n{heading}", "bold"), f"  {', '.join(names)}"), width=width)
