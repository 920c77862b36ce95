"""Say what this machine has of what Drydock needs, and which isolation it can give. Nothing is started or changed.

    ./drydock doctor
    ./drydock doctor --json               the same for a program, in the form drydock.doctor/1
    ./drydock doctor --tier hardened      whether this tier can be had, in the exit status

Versions with a known way out of a container are named with their CVE. What is left behind of earlier work is counted;
`./drydock clean` removes it.

Exit status: 0 the tier can be had (trusted, unless another is named), 3 it cannot.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.doctor import Machine

SUMMARY = "say what this machine can do, and what is missing"
TIERS = ("trusted", "default", "hardened", "hardened-gvisor")


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--json", action="store_true", help="print it as JSON, and nothing else")
    parser.add_argument("--tier", choices=TIERS, default="trusted", help="the tier of the exit status (trusted)")


def run(arguments: argparse.Namespace) -> int:
    """Look, print, and return the exit status."""
    import os

    import msgspec

    from grader.cli import NOT_JUDGED, PASSED
    from grader.doctor import SCHEMA, look
    from grader.engine.places import Places
    from grader.litter import on_machine

    places = Places.from_environment(os.environ)
    found = look(places, os.environ)
    left = list(on_machine(places))
    if arguments.json:
        value = {"schema": SCHEMA, **msgspec.to_builtins(found), "left": msgspec.to_builtins(left)}
        print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
    else:
        print("\n".join(_lines(found, len(left))))
    return PASSED if any(one.possible for one in found.tiers if one.name == arguments.tier) else NOT_JUDGED


def _lines(found: Machine, left: int) -> list[str]:
    rows = [
        ("Python", found.python),
        ("system", f"{found.system}, {found.architecture}{', root' if found.root else ''}"),
        ("kernel", found.kernel),
        ("control groups", f"version {found.cgroup}" if found.cgroup else "none"),
        ("disk", f"{found.disk_bytes / 1e9:.1f} GB free at {found.disk_of}"),
        ("engine", found.engine or "none runs; `./drydock engine start` starts Drydock's own where that is possible"),
        *(
            (name, found.versions.get(name, "-"))
            for name in ("engine", "buildkit", "buildx", "containerd", "runc", "runsc")
        ),
    ]
    text = [f"{name:<15} {value}" for name, value in rows[:6]]
    text += [f"  {name:<13} {value}" for name, value in rows[6:]]
    text.append("")
    for one in found.tiers:
        text.append(f"tier {one.name:<16} {'can be had' if one.possible else 'cannot be had'}")
        text += [f"  {why}" for why in one.why_not]
    if found.warnings:
        text += ["", "To look at:", *(f"  {one}" for one in found.warnings)]
        if any(one.startswith("runc ") and "CVE-" in one for one in found.warnings):
            text.append("  (what the changelog of Debian's package says is mended is left out; under the tier")
            text.append("  hardened-gvisor no learner's program is started by runc)")
    if left:
        text += ["", f"{left} things are left behind of earlier work; `./drydock clean` shows and removes them."]
    return text
