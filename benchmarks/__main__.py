"""Measure: `python -m benchmarks [NAME…] [--json FILE] [--quick]`."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import msgspec

from benchmarks import cases
from benchmarks.lab import ROOT, Lab, NoMeasurementError
from benchmarks.machine import commit, described, load
from benchmarks.peers import Peers
from benchmarks.table import table
from benchmarks.values import Pair, Results
from grader.cli.bench import options
from grader.engine.places import Places
from grader.errors import DrydockError
from scripts.system import SetupError


def names() -> list[str]:
    """The benchmarks, each a file."""
    return sorted(found.name for found in pkgutil.iter_modules(cases.__path__) if not found.name.startswith("_"))


def main(arguments: list[str]) -> int:
    """Run the benchmarks that are named, or all; returns the exit status, 1 where one could not be run."""
    parser = argparse.ArgumentParser(prog="./drydock bench", description=__doc__)
    options(parser)
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(names()))
    if unknown:
        parser.error(f"there is no benchmark '{unknown[0]}'; there are: {', '.join(names())}")

    def keep(results: Results) -> None:
        if given.json:
            given.json.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")

    results = measured(given.names or names(), quick=given.quick, each=keep)
    print(table(results))
    return int(bool(results.missing))


def measured(wanted: Iterable[str], *, quick: bool, each: Callable[[Results], object] = lambda _: None) -> Results:
    """All pairs of these benchmarks; `each` is given what there is after each of them."""
    before = load()
    pairs: list[Pair] = []
    missing: dict[str, str] = {}
    peers = Peers(Path(Places.from_environment(os.environ).data))
    with tempfile.TemporaryDirectory(prefix="drydock-bench-") as temporary:
        lab = Lab(Path(temporary), peers, quick=quick)
        for name in wanted:
            case = importlib.import_module(f"{cases.__name__}.{name}")
            print(f"{name}: {(case.__doc__ or '').partition(chr(10))[0]}", file=sys.stderr, flush=True)
            try:
                pairs += [msgspec.structs.replace(pair, case=name) for pair in _pairs(case, lab)]
            except (NoMeasurementError, SetupError, DrydockError) as error:
                missing[name] = str(error).replace("\n", " ")
            engine = ""
            if "address" in vars(lab):
                facts = lab.engine.facts()
                engine = f"Docker Engine {facts.version}, {facts.store} image store"
            results = Results(
                machine=described(engine, before),
                peers=peers.versions(),
                commit=commit(ROOT),
                quick=quick,
                pairs=tuple(pairs),
                missing=dict(missing),
            )
            each(results)
    return results


def _pairs(case: ModuleType, lab: Lab) -> list[Pair]:
    if "peers" in getattr(case, "NEEDS", ()):
        lab.peers.install()
    return list(case.run(lab))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
