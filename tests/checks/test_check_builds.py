"""What the check `builds` says of a build that went well."""

import msgspec
import pytest
from observing import BUILT, judged, observation

from grader.model import Step, Verdict


def of_steps(*cached: bool) -> Verdict:
    steps = tuple(Step(command="RUN true", cached=one) for one in cached)
    return judged("builds", observation(build=msgspec.structs.replace(BUILT, steps=steps)))


@pytest.mark.parametrize(
    ("cached", "says"),
    [
        ((), "built in 1.0 s: 0 steps"),
        ((False,), "built in 1.0 s: 1 step"),
        ((True,), "built in 1.0 s: 1 step, taken from the build cache"),
        ((True, False), "built in 1.0 s: 2 steps, 1 of them taken from the build cache"),
    ],
)
def test_steps_are_counted(cached: tuple[bool, ...], says: str) -> None:
    verdict = of_steps(*cached)
    assert (verdict.status, verdict.seen) == ("passed", says)
