"""Runs of an image, with an engine made of what each run in turn prints."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import cast

import pytest

from grader.model import Run
from grader.observe import Bench, run

SILENT, SAID, FAILED = (0, "", ""), (0, "hello", ""), (3, "", "")


@pytest.mark.parametrize(
    ("runs", "seen"),
    [
        ([SAID], "hello"),
        ([SILENT, SAID], "hello"),
        ([SILENT, SILENT], ""),
        ([FAILED], ""),
        ([(0, "", "a warning")], ""),
    ],
)
def test_a_run_that_says_nothing_is_looked_at_twice(runs: list[tuple[int, str, str]], seen: str) -> None:
    left = list(runs)

    def start(**_: object) -> object:
        code, stdout, stderr = left.pop(0)
        container = SimpleNamespace(
            wait=lambda _: code, outputs=lambda _: (stdout, stderr), memory_met=lambda: 0, cpu_seconds=lambda: 0.0
        )
        return nullcontext(container)

    bench = SimpleNamespace(start=start, exercise=SimpleNamespace(limits=SimpleNamespace(run_seconds=5.0)))
    assert run.see(cast(Bench, bench), Run()).stdout == seen
    assert not left


@pytest.mark.parametrize(("codes", "starts", "last"), [([0], 1, 0), ([0, 3], 2, 3), ([None], 2, None)])
def test_the_same_container_is_started_again(codes: list[int | None], starts: int, last: int | None) -> None:
    left, again = list(codes), []
    container = SimpleNamespace(
        wait=lambda _: left.pop(0) if left else None,
        outputs=lambda _: ("said", ""),
        memory_met=lambda: 0,
        cpu_seconds=lambda: 0.0,
        start_again=lambda: again.append(True),
    )
    bench = SimpleNamespace(
        start=lambda **_: nullcontext(container), exercise=SimpleNamespace(limits=SimpleNamespace(run_seconds=0.1))
    )
    assert run.see(cast(Bench, bench), Run(starts=starts)).exit_code == last
    assert len(again) == len(codes) - 1
