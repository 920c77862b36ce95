"""Probes that are answered side by side: in what order, each once, and what happens where one fails."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader import observe
from grader.errors import EngineError, ImageError, UsageError
from grader.model import AnyProbe, Files, FilesSeen, Http, HttpSeen, Run, RunSeen, Stop, StopSeen
from grader.observe import Bench, Once, answers

WAIT = 60.0
HTTP, OTHER, STOP, RUN, FILES = Http(port=1), Http(port=2), Stop(grace=1.0), Run(), Files(paths=("/a",))
SEEN = {
    Http: HttpSeen(status=200),
    Stop: StopSeen(took=0.0, exit_code=0, killed=False),
    Run: RunSeen(exit_code=0),
    Files: FilesSeen(),
}


class World:
    """A bench of which only what `answers` itself uses is there, and a note of what happened, in order."""

    def __init__(self, alive: bool = True) -> None:
        self.happened: list[object] = []
        self.cancel = threading.Event()
        self.labels = {"a": "b"}
        self.engine = SimpleNamespace(alive=lambda: alive, remove_labelled=lambda _: self.happened.append("removed"))

    def looked(self) -> None:
        self.happened.append("read")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    """Make a world in which each kind of probe does what is given here for it, and else is answered at once."""

    def make(alive: bool = True, **doing: Callable[[], None]) -> World:
        made = World(alive)
        real = observe._module

        def module(probe: AnyProbe) -> Any:
            def see(_: Bench, probe: AnyProbe) -> object:
                made.happened.append(probe)
                doing.get(type(probe).__name__.lower(), lambda: None)()
                return SEEN[type(probe)]

            names = {name: value for name, value in vars(real(probe)).items() if name in ("SHARES", "LAST", "__doc__")}
            return SimpleNamespace(see=see, **names)

        monkeypatch.setattr(observe, "_module", module)
        return made

    return make


def ask(world: World, *probes: AnyProbe, threads: int) -> tuple[object, ...]:
    """What was seen by each probe."""
    found = answers(cast(Bench, world), probes, lambda _: None, threads=threads)
    assert [one.probe for one in found] == list(probes)
    return tuple(one.seen for one in found)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_container_is_stopped_last_and_the_image_is_read_before_its_files(
    world: Callable[..., World], threads: int
) -> None:
    here = world()
    assert len(ask(here, STOP, HTTP, FILES, RUN, OTHER, threads=threads)) == 5
    order = here.happened.index
    assert order(HTTP) < order(OTHER) < order(STOP)
    assert order("read") < order(FILES)
    assert len(here.happened) == 6


@pytest.mark.parametrize("threads", [1, 3])
def test_two_probes_of_one_kind_are_both_answered(world: Callable[..., World], threads: int) -> None:
    assert len(ask(world(), RUN, Run(arguments=("a",)), Files(paths=("/b",)), FILES, threads=threads)) == 4


def test_what_shares_nothing_does_not_wait_for_each_other(world: Callable[..., World]) -> None:
    both = threading.Barrier(2, timeout=WAIT)
    ask(world(run=both.wait, http=both.wait), RUN, HTTP, threads=3)


def test_on_one_thread_nothing_is_side_by_side(world: Callable[..., World]) -> None:
    names: set[str] = set()
    note = lambda: names.add(threading.current_thread().name)  # noqa: E731
    ask(world(run=note, http=note), RUN, HTTP, threads=1)
    assert names == {threading.current_thread().name}


def test_a_probe_that_is_refused_does_not_keep_the_others_from_their_answers(world: Callable[..., World]) -> None:
    def refuse() -> None:
        raise UsageError("no such program")

    found = answers(cast(Bench, world(run=refuse)), (RUN, HTTP), lambda _: None, threads=3)
    assert (found[0].fault, found[0].seen, found[1].seen) == ("no such program", None, SEEN[Http])


def test_where_the_engine_has_gone_the_rest_is_ended(world: Callable[..., World]) -> None:
    def gone() -> None:
        raise EngineError("gone")

    here = world(alive=False, http=gone)
    with pytest.raises(EngineError, match="gone"):
        ask(here, HTTP, STOP, threads=2)
    assert STOP not in here.happened
    assert here.happened[-1] == "removed"
    assert not here.cancel.is_set()


def test_an_interruption_ends_the_builds_too(world: Callable[..., World]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    here = world(run=interrupt)
    with pytest.raises(KeyboardInterrupt):
        ask(here, RUN, threads=2)
    assert here.cancel.is_set()


def test_a_value_is_made_once_and_the_others_wait() -> None:
    made: list[int] = []
    begun, go = threading.Event(), threading.Event()

    def make() -> int:
        begun.set()
        go.wait(WAIT)
        made.append(1)
        return 7

    once, found = Once(make), list[int]()
    threads = [threading.Thread(target=lambda: found.append(once())) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(WAIT)
    go.set()
    for thread in threads:
        thread.join(WAIT)
    assert (found, made) == ([7, 7, 7], [1])


def test_what_cannot_be_made_is_not_tried_again() -> None:
    tried: list[int] = []

    def make() -> int:
        tried.append(1)
        raise ImageError("broken")

    once = Once(make)
    for _ in range(2):
        with pytest.raises(ImageError, match="broken"):
            once()
    assert tried == [1]


def test_what_else_is_to_be_done_is_done_beside_the_probes(world: Callable[..., World]) -> None:
    both = threading.Barrier(2, timeout=WAIT)
    found = answers(cast(Bench, world(run=both.wait)), (RUN,), lambda _: None, threads=3, beside=both.wait)
    assert found[0].seen == SEEN[Run]
