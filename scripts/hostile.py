"""Tries everything of the hostile suite and prints what came of it: `./drydock test hostile`.

Between every two cases a good submission is graded, and has to have all its points. What an engine of this tier has no
limits for is not tried, and listed as that. The exit status is 0 when every case that was tried came out as it has to,
and nothing was left behind; 1 when one did not; 3 when this machine cannot give the tier.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import get_args

import msgspec

from grader.batch.engines import Engines, Shared, throwaway
from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.find import find_or_start
from grader.engine.places import EngineAddress, Places
from grader.errors import DrydockError
from grader.model.tier import Tier
from grader.report.inert import one_line
from scripts.system import say
from tests.hostile.case import Case
from tests.hostile.ground import Ground, Open, Seen, ground
from tests.hostile.table import CASES

BASES = ("busybox:1.37",)
MOST = 60.0
"""Seconds that a grading may take beside what its build may: its runs, its questions, and the engine's own work."""


def main(arguments: list[str]) -> int:
    """Run the suite; the exit status."""
    given = options().parse_args(arguments)
    chosen = [case for case in CASES if not given.case or case.name in given.case]
    try:
        with engines(given.tier) as opened, ground(opened, given.tier) as place:
            done = list(tried(place, chosen, given.tier))
    except DrydockError as error:
        say(f"drydock: {error}")
        return 3
    untried = [case for case in chosen if not fits(case, given.tier)]
    for case in untried:
        print(f"  not run  {case.kind}: {case.name} (needs an engine of its own; this is {given.tier})")
    wrong = [seen for seen in done if seen.wrong]
    left = sum(len(seen.left) for seen in done)
    seconds = sum(seen.seconds for seen in done)
    print(
        f"{len(done)} gradings in {seconds:.0f} s, tier {given.tier}: {len(done) - len(wrong)} as they have to be, "
        f"{len(wrong)} not, {left} things left behind; {len(untried)} cases not run"
    )
    if given.json:
        Path(given.json).write_text(json.dumps([row(seen) for seen in done], indent=1) + "\n", "utf-8")
    return int(bool(wrong))


def options() -> argparse.ArgumentParser:
    """What the command takes."""
    made = argparse.ArgumentParser(prog="./drydock test hostile", description=__doc__, formatter_class=_Plain)
    made.add_argument("case", metavar="CASE", nargs="*", help="the names of cases (all)")
    made.add_argument(
        "--tier", choices=get_args(Tier), default="trusted", help="the isolation of the submissions (trusted)"
    )
    made.add_argument("--json", metavar="FILE", help="write the results there too")
    return made


class _Plain(argparse.RawDescriptionHelpFormatter):
    pass


def fits(case: Case, tier: str) -> bool:
    """Whether a case may be tried in this tier."""
    return case.needs != "hardened" or tier != "trusted"


@contextmanager
def engines(tier: Tier) -> Iterator[Open]:
    """A way to have an engine of this tier for one submission."""
    places = Places.from_environment(os.environ)

    def shared(bases: tuple[str, ...]) -> EngineAddress:
        address = find_or_start(places, os.environ, say)
        ensure(address, places, bases, say)
        return address

    with ExitStack() as made:
        source: Engines
        if tier == "trusted":
            source = Shared(shared(BASES))
        else:
            source = made.enter_context(throwaway(tier, places, shared, say))

        @contextmanager
        def one() -> Iterator[Engine]:
            engine = Engine(source.prepare(BASES).result())
            try:
                yield engine
            finally:
                engine.close()
                source.give_back(engine.address)

        yield one


def tried(place: Ground, cases: list[Case], tier: str) -> Iterator[Seen]:
    """Each case that fits, and where it had an engine a good one behind it; a line of the table for each."""
    for case in cases:
        if not fits(case, tier):
            continue
        seen = in_time(place.grade(case))
        print(line(seen), flush=True)
        yield seen
        if case.needs != "nothing":
            after = in_time(place.good())
            if after.wrong:
                print(line(after), flush=True)
            yield after


def in_time(seen: Seen) -> Seen:
    """The same, wrong where the grading took longer than any of its limits lets it."""
    most = MOST + seen.case.build_seconds
    if seen.seconds <= most:
        return seen
    return msgspec.structs.replace(seen, wrong=(*seen.wrong, f"took {seen.seconds:.0f} s, more than {most:.0f}"))


def line(seen: Seen) -> str:
    """A line of the table: the case, what has to come of it, what did, seconds, and what is wrong."""
    case = seen.case
    came = f"{seen.verdict}{f' ({seen.cause})' if seen.cause else ''}"
    wanted = f"{case.verdict}{f' ({case.cause})' if case.cause else ''}"
    head = "  ok      " if not seen.wrong else "  WRONG   "
    text = f"{head} {case.kind}: {case.name:<24} {came:<24} {seen.seconds:6.2f} s  {len(seen.left)} left  {case.limit}"
    return "\n".join([text.rstrip(), *(f"           has to be {wanted}: {one_line(word)}" for word in seen.wrong)])


def row(seen: Seen) -> dict[str, object]:
    """The same for a program."""
    case = seen.case
    return {
        "kind": case.kind, "case": case.name, "how": case.how, "expected": case.verdict, "seen": seen.verdict,
        "cause": seen.cause, "limit": case.limit, "seconds": round(seen.seconds, 2), "left": list(seen.left),
        "wrong": list(seen.wrong), "said": seen.said[:400],
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
