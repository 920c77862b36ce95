"""Submission + build + image -> Observation: all the facts, no opinions.

How a probe is done is one file of this package, named as the probe is, with a function `see(bench, probe)`; it is found
by its file. Each question is asked once, whatever the number of checks that need the answer.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable

from grader.errors import InputError, MachineError
from grader.model import AnyProbe, AnySeen, NotObserved, Probed
from grader.observe.bench import Bench, build_as_asked

__all__ = ["Bench", "answers", "build_as_asked"]


def answers(bench: Bench, probes: Iterable[AnyProbe], say: Callable[[str], None]) -> tuple[Probed, ...]:
    """Each probe with what was seen, in the order given; a probe that the machine kept from its answer has a fault.

    `say` is told what is being looked at. Raises EngineError when the engine itself has stopped answering.
    """
    found = []
    for probe in probes:
        module = importlib.import_module(f"{__name__}.{type(probe).__name__.lower()}")
        say(f"Looking: {(module.__doc__ or '').partition(chr(10))[0].rstrip('.')}")
        found.append(_answer(bench, probe, module.see))
    return tuple(found)


def _answer(bench: Bench, probe: AnyProbe, see: Callable[[Bench, AnyProbe], AnySeen]) -> Probed:
    try:
        return Probed(probe=probe, seen=see(bench, probe))
    except NotObserved as missing:
        return Probed(probe=probe, fault=missing.cause, machine=missing.machine)
    except InputError as refused:
        return Probed(probe=probe, fault=refused.what)
    except MachineError as error:
        if not bench.engine.alive():
            raise
        return Probed(probe=probe, fault=str(error), machine=True)
