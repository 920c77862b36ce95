"""Submission + build + image -> Observation: all the facts, no opinions.

How a probe is done is one file of this package, named as the probe is, with a function `see(bench, probe)`; it is found
by its file. Each question is asked once, whatever the number of checks that need the answer. Such a file may say in
`SHARES` what it has in common with others, as in "context", which one probe after another uses then, and with `LAST`
that it comes after them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from threading import Event
from types import ModuleType

from grader.errors import InputError, MachineError
from grader.model import AnyProbe, NotObserved, Probed
from grader.observe.bench import Bench, Looked, build_as_asked
from grader.observe.once import Once

__all__ = ["Bench", "Looked", "Once", "answers", "build_as_asked"]

IMAGE = "image"
Timed = Callable[[str], AbstractContextManager[None]]


def answers(
    bench: Bench,
    probes: Iterable[AnyProbe],
    say: Callable[[str], None],
    *,
    threads: int = 1,
    timed: Timed = lambda _: nullcontext(),
    beside: Callable[[], object] = lambda: None,
) -> tuple[Probed, ...]:
    """Each probe with what was seen, in the order given; a probe that the machine kept from its answer has a fault.

    With `threads`, probes that share nothing are answered side by side; the image is read beside them, and `beside` is
    called. `say` is told on this thread what is being looked at; `timed` is given a name for each kind of probe. Raises
    EngineError when the engine itself has stopped answering, ImageError when the image cannot be read.
    """
    asked = tuple(probes)
    found: dict[AnyProbe, Probed] = {}
    stop = Event()

    def answer(shared: object, chain: list[AnyProbe]) -> None:
        if shared == IMAGE:
            bench.looked()
        for probe in chain:
            if not stop.is_set():
                with timed(f"probe {_kind(probe)}"):
                    found[probe] = _answer(bench, probe)

    work = [(f"Looking: {_about(chain)}", partial(answer, shared, chain)) for shared, chain in _chains(asked).items()]
    if threads > 1:
        work.append(("Looking: the Dockerfile's text", partial(_done, beside)))
        _side_by_side(work, threads, say, end=partial(_end, bench, stop))
    else:
        for about, do in work:
            say(about)
            do()
    return tuple(found[probe] for probe in asked)


def _side_by_side(
    work: Iterable[tuple[str, Callable[[], None]]],
    threads: int,
    say: Callable[[str], None],
    end: Callable[[BaseException], None],
) -> None:
    """Do all the work; where some of it raises, `end` is called so that the rest ends soon, and it is raised here."""
    with ThreadPoolExecutor(threads) as pool:
        going = {pool.submit(do): about for about, do in work}
        try:
            while going:
                say(next(iter(going.values())))
                for over in wait(going, return_when=FIRST_COMPLETED).done:
                    del going[over]
                    over.result()
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            end(error)
            raise


def _done(work: Callable[[], object]) -> None:
    work()


def _end(bench: Bench, stop: Event, error: BaseException) -> None:
    stop.set()
    if not isinstance(error, Exception):  # an interruption
        bench.cancel.set()
    with suppress(MachineError):
        bench.engine.remove_labelled(bench.labels)


def _chains(probes: Iterable[AnyProbe]) -> dict[object, list[AnyProbe]]:
    """The probes that may be answered side by side, each with those that have to come after it, by what they share."""
    chains: dict[object, list[AnyProbe]] = {IMAGE: []}
    for probe in sorted(probes, key=lambda probe: getattr(_module(probe), "LAST", False)):
        chains.setdefault(getattr(_module(probe), "SHARES", probe), []).append(probe)
    return chains


def _about(chain: Iterable[AnyProbe]) -> str:
    firsts = ((_module(probe).__doc__ or "").partition("\n")[0].rstrip(".") for probe in chain)
    return ", ".join(dict.fromkeys(firsts)) or "the image"


def _kind(probe: AnyProbe) -> str:
    return type(probe).__name__.lower()


def _module(probe: AnyProbe) -> ModuleType:
    return importlib.import_module(f"{__name__}.{_kind(probe)}")


def _answer(bench: Bench, probe: AnyProbe) -> Probed:
    try:
        return Probed(probe=probe, seen=_module(probe).see(bench, probe))
    except NotObserved as missing:
        return Probed(probe=probe, fault=missing.cause, machine=missing.machine)
    except InputError as refused:
        return Probed(probe=probe, fault=refused.what)
    except MachineError as error:
        if not bench.engine.alive():
            raise
        return Probed(probe=probe, fault=str(error), machine=True)
