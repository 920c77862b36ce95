"""The start of a private engine, whose packages are there, and its stop."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.lab import Lab, NoMeasurementError, calls, nothing
from benchmarks.values import Pair
from grader.engine import private
from grader.engine.places import PrivateSpec
from grader.errors import MachineError

NEEDS = ("engine",)
SPEC = PrivateSpec(name="bench")


def run(lab: Lab) -> Iterator[Pair]:
    """From nothing running to an engine that answers; it is removed afterwards."""

    def start() -> float:
        private.stop(lab.places, SPEC.name)
        return calls(lambda: private.start(lab.places, SPEC, lambda _: None))()

    try:
        yield lab.pair("start a private engine", start, nothing(), against="`python -c pass`", rounds=5, most_ours=4.0)
    except MachineError as error:
        raise NoMeasurementError(str(error)) from error
    finally:
        private.remove(lab.places, SPEC.name)
