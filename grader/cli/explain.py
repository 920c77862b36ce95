"""Show the page of a check: what it looks at, why it matters, what loses the point and what earns it."""

from __future__ import annotations

import argparse

SUMMARY = "show what a check looks at, and why"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("check", metavar="CHECK", nargs="?", help="its name; without one, all are listed")


def run(arguments: argparse.Namespace) -> int:
    """Print the page, or the list of all checks."""
    from difflib import get_close_matches

    from grader import checks
    from grader.errors import UsageError

    if arguments.check is None:
        for check in checks.load_all().values():
            print(f"{check.name:<28} {check.title}")
        return 0
    if arguments.check not in checks.names():
        near = get_close_matches(arguments.check, checks.names(), n=1)
        hint = f"did you mean '{near[0]}'?" if near else "`./drydock explain` lists them all"
        raise UsageError(f"there is no check '{arguments.check}'", hint)
    print(checks.load(arguments.check).page)
    return 0
