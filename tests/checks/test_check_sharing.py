"""The check of a second build, on observations made by hand."""

from typing import get_args, get_type_hints

import pytest
from observing import BUILT, complete, judged, observation

from grader.checks.reproducible_build import SAID
from grader.model import Build, BuildFailure, Difference, Reproduced, ReproducedSeen

TEXT = "FROM busybox\nRUN date > /built\n"


def again(seen: ReproducedSeen):
    return judged("reproducible_build", observation(TEXT, probed={Reproduced(): seen}))


def test_the_same() -> None:
    verdict = again(ReproducedSeen(build=BUILT, files=3120))
    assert verdict.status == "passed"
    assert "3,120 files" in verdict.seen


@pytest.mark.parametrize("what", sorted(SAID))
def test_another_file(what: str) -> None:
    difference = Difference(place="/built", what=what, line=2)
    verdict = again(ReproducedSeen(build=BUILT, differences=(difference,), total=1, files=4))
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert f"differs in 1 place:\n/built {SAID[what]}" in verdict.seen
    assert complete(verdict)


def test_every_difference_has_its_words() -> None:
    assert set(SAID) == set(get_args(get_type_hints(Difference)["what"]))


def test_many_places_and_no_line() -> None:
    many = tuple(Difference(place=f"/f{number}", what="added") for number in range(20))
    verdict = again(ReproducedSeen(build=BUILT, differences=many, total=90))
    assert (verdict.status, verdict.line) == ("failed", None)
    assert "90 places, 20 of them known" in verdict.seen
    assert verdict.seen.count("\n") == 5


def test_a_second_build_that_fails() -> None:
    failure = BuildFailure(cause="step", message="no such file", line=2)
    verdict = again(ReproducedSeen(build=Build(builder="buildkit", failure=failure)))
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert complete(verdict)
