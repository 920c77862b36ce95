"""The checks of the build context, on observations made by hand."""

import pytest
from observing import BUILT, complete, judged, observation

from grader.model import Build, BuildFailure, Planted, PlantedFile, PlantedSeen

PLANT = ((".git/HEAD", 40), ("sub/.env", 9))
TEXT = "FROM busybox\nCOPY . /srv/\n"


def context(seen: PlantedSeen, name: str, **parameters: object):
    observed = observation(TEXT, probed={Planted(files=PLANT): seen})
    return judged(name, observed, plant=[list(each) for each in PLANT], **parameters)


@pytest.mark.parametrize(("left", "status"), [(0, "passed"), (1000, "passed"), (1001, "failed"), (90_000, "failed")])
def test_the_bytes_that_are_left(left: int, status: str) -> None:
    seen = PlantedSeen(build=BUILT, bytes=90_000, context_bytes=left, largest=((".git/pack", 900), ("a", 1)))
    verdict = context(seen, "context_is_small", bytes=1000)
    assert verdict.status == status
    assert f"{left:,} of 90,000 bytes" in verdict.seen
    assert status == "passed" or (complete(verdict) and ".git/pack (900)" in verdict.seen)


def out(*files: PlantedFile, build: Build = BUILT):
    return context(PlantedSeen(build=build, files=files), "private_files_stay_out")


def test_none_is_in_the_image() -> None:
    assert out(PlantedFile(path=".git/HEAD"), PlantedFile(path="sub/.env", sent=True)).status == "passed"


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        (PlantedFile(path="sub/.env", sent=True, at=("/srv/sub/.env",), line=2), 2, "sub/.env at /srv/sub/.env"),
        (PlantedFile(path="sub/.env", sent=True, at=("/etc/x",)), None, "sub/.env at /etc/x"),
        (PlantedFile(path="sub/.env", sent=True, hidden=True, line=2), 2, "in a layer, hidden by a later one"),
    ],
)
def test_one_is_in_the_image(file: PlantedFile, line: int | None, says: str) -> None:
    verdict = out(PlantedFile(path=".git/HEAD", sent=True), file)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert "1 of 2 files" in verdict.seen
    assert says in verdict.seen
    assert complete(verdict)


def test_a_build_that_ends_because_of_the_files() -> None:
    broken = Build(builder="buildkit", failure=BuildFailure(cause="step", message="no room", line=2))
    verdict = out(PlantedFile(path=".git/HEAD"), build=broken)
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert complete(verdict)
