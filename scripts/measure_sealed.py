"""Measure throw-away engines: 40 submissions, each built and run in an engine of its own, two at a time.

    python -m scripts.measure_sealed                 under runc
    python -m scripts.measure_sealed --gvisor        under gVisor
    python -m scripts.measure_sealed --many 10 --jobs 1

It prints the seconds in all, the medians of starting and ending an engine, and what is left (nothing).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.engine.bases.ensure import ensure
from grader.engine.client import Engine
from grader.engine.find import find_or_start
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.engine.provision import provide
from grader.engine.sealed.bounds import bounds_for
from grader.engine.sealed.gvisor import provide_runsc
from grader.engine.sealed.launch import up
from grader.engine.sealed.leftover import leftovers
from grader.engine.sealed.template import template

BASE = "busybox:1.37"


def main() -> None:
    """Measure, print, and fail where a submission was not built right or something is left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--many", type=int, default=40, help="how many submissions (40)")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (2)")
    parser.add_argument("--gvisor", action="store_true", help="under gVisor")
    given = parser.parse_args()
    places = Places.from_environment(os.environ)
    prefix = provide(places, PrivateSpec(), print)
    bounds = bounds_for(given.jobs, gvisor=given.gvisor)
    runsc = provide_runsc(places, print) if given.gvisor else None

    def shared(names: tuple[str, ...]) -> EngineAddress:
        address = find_or_start(places, os.environ, print)
        ensure(address, places, names, print)
        return address

    disk, size = template(places, prefix, (BASE,), bounds, shared, print)

    def one(number: int) -> tuple[float, float, float, bool]:
        began = time.monotonic()
        sealed = up(places, disk, size, prefix, bounds, runsc)
        started = time.monotonic()
        try:
            right = _built_and_run(Engine(sealed.address), number)
        finally:
            done = time.monotonic()
            sealed.end()
        return started - began, done - started, time.monotonic() - done, right

    began = time.monotonic()
    with ThreadPoolExecutor(given.jobs) as threads:
        found = list(threads.map(one, range(given.many)))
    seconds = time.monotonic() - began
    right = sum(one[3] for one in found)
    left = leftovers(places)
    print(f"{given.many} submissions, {given.jobs} at a time: {seconds:.1f} s, {right} right, {len(left)} left")
    for name, column in (("up", 0), ("build and run", 1), ("down", 2)):
        values = sorted(one[column] for one in found)
        print(f"  {name:<14} median {statistics.median(values):.2f} s, {values[0]:.2f} to {values[-1]:.2f} s")
    if right != given.many or left:
        raise SystemExit(1)


def _built_and_run(engine: Engine, number: int) -> bool:
    text = f"FROM {BASE}\nRUN echo {number} > /number\nCMD cat /number\n"
    try:
        with tempfile.TemporaryDirectory() as folder:
            built = engine.build(
                Path(folder), seconds=60, output_bytes=1000, dockerfile=text.encode(), allowed_bases=[BASE]
            )
        if not built.ok:
            return False
        with engine.run(built.image) as container:
            return container.wait(30) == 0 and container.logs() == f"{number}\n"
    finally:
        engine.close()


if __name__ == "__main__":
    main()
