"""How long a container is waited for, by a clock and a processor that the tests turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.observe.patience import FACTOR, Patience


def waited(limit: float, used: Callable[[float], float]) -> float:
    """How long one waits that has used `used(t)` seconds of a processor at the time t, looked at each 0.05 s."""
    now = [100.0]
    patience = Patience(limit, lambda: used(now[0] - 100.0), lambda: now[0])
    while not patience.over():
        now[0] += 0.05
    return now[0] - 100.0


@pytest.mark.parametrize(
    ("about", "used", "expected"),
    [
        ("it does nothing", lambda _: 0.0, 10.0),
        ("a server that waits", lambda t: 0.3 + 0.002 * t, 10.0),
        ("it works without end", lambda t: 0.9 * t, 10.0 * FACTOR),
        ("a machine where it gets little", lambda t: 0.06 * t, 10.0 * FACTOR),
        ("it works for 25 s, then waits", lambda t: 0.1 * min(t, 25.0), 25.8),
        ("it has ended", lambda t: 1.0 if t < 5 else 0.0, 10.0),
    ],
)
def test_the_wait(about: str, used: Callable[[float], float], expected: float) -> None:
    assert waited(10.0, used) == pytest.approx(expected, abs=0.3), about


def test_a_short_limit_is_one_too() -> None:
    assert waited(0.5, lambda _: 0.0) == pytest.approx(0.5, abs=0.6)


def test_nothing_is_looked_at_long_before_the_limit() -> None:
    now = [100.0]
    patience = Patience(10.0, lambda: 0.0, lambda: now[0])
    assert patience.free == pytest.approx(9.0)
    now[0] = 108.0
    assert patience.free == pytest.approx(1.0)
    assert not patience.over()
    now[0] = 130.0
    assert patience.free == 0.0
