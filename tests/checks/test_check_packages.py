"""The check of packages that are not to be in the image, and of what a later step only hides."""

import pytest
from msgspec.structs import replace
from observing import complete, judged, observation

from grader.checks.nothing_needless_left import KEPT
from grader.model import File, Files, FilesSeen, Image, Observation, Probed
from grader.model.image import Layer, Waste

INFO = "/var/lib/dpkg/info/"
PACKAGES = ("guide", "compiler")
GLOBS = ("*/guide/*",)


def image(
    *paths: str, wasted: tuple[Waste, ...] = (), asked: tuple[str, ...] = (f"{INFO}*.list", *GLOBS)
) -> Observation:
    """An image of a base layer and the layers of lines 2 and 3; the files are of 5,000 bytes, of the last layer."""
    seen = observation("FROM debian:13\nRUN apt-get install tool\nRUN apt-get install compiler\nCOPY a /\n")
    files = tuple(File(path=path, kind="file", size=5000, layer=2) for path in paths)
    layers = tuple(Layer(diff_id=str(line), line=line) for line in (None, 2, 3))
    return replace(
        seen,
        image=Image(id="1", layers=layers, wasted=wasted),
        base_layers=1,
        probed=(Probed(probe=Files(paths=asked), seen=FilesSeen(files=files)),),
    )


@pytest.mark.parametrize("names", [(), ("tool",), ("guide-reader", "compilers", "libc6:amd64")])
def test_no_needless_package(names: tuple[str, ...]) -> None:
    seen = image(*(f"{INFO}{name}.list" for name in names))
    assert judged("packages_left_out", seen, packages=PACKAGES, files=GLOBS).status == "passed"


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ((f"{INFO}guide.list",), "installed and not needed: guide"),
        ((f"{INFO}compiler:amd64.list", f"{INFO}tool.list"), "installed and not needed: compiler"),
        ((f"{INFO}guide.list", f"{INFO}compiler.list"), "installed and not needed: compiler, guide"),
        (("/opt/guide/a",), "files of packages that are not needed, 5 kB\n/opt/guide/a: 5 kB"),
        ((f"{INFO}guide.list", "/opt/guide/a"), "installed and not needed: guide, 5 kB\n/opt/guide/a: 5 kB"),
    ],
)
def test_a_needless_package(paths: tuple[str, ...], said: str) -> None:
    verdict = judged("packages_left_out", image(*paths), packages=PACKAGES, files=GLOBS)
    assert (verdict.status, verdict.line, verdict.seen) == ("failed", 3, said)
    assert complete(verdict)


LISTS = Waste(path="/var/lib/apt/lists/debian", bytes=9_000_000, added_in=1, hidden_in=2)


@pytest.mark.parametrize(
    ("wasted", "hidden", "line"),
    [
        (LISTS, True, 2),
        (LISTS, False, None),
        (replace(LISTS, path="/usr/lib/a.deb"), True, 2),
        (replace(LISTS, path="/usr/lib/a.so"), True, None),
        (replace(LISTS, added_in=0), True, None),
    ],
)
def test_what_a_later_step_deletes_is_left_where_the_task_says_so(
    wasted: Waste, hidden: bool, line: int | None
) -> None:
    seen = image(wasted=(wasted,), asked=(*KEPT, "*.deb"))
    verdict = judged("nothing_needless_left", seen, paths=["*.deb"], hidden=hidden)
    assert (verdict.status, verdict.line) == ("failed" if line else "passed", line)
    if line:
        assert verdict.seen.endswith("9 MB, stored by line 2, deleted by line 3 and stored all the same")
