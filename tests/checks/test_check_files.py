"""The checks of the image's files: where they are, whose they are, and who may do what."""

import msgspec
import pytest
from observing import complete, judged, observation

from grader.model import Files, FilesSeen, Layer, Observation, Verdict
from grader.model.image import File

TEXT = "FROM busybox:1.37\nCOPY site/ /srv/www/\nRUN <<END\nmv /srv/www/a.txt /srv/b.txt\nEND\nADD c.tar.gz /srv/c/\n"
LAYERS = (Layer(diff_id="a", line=2),)


def file(path: str, **more: object) -> File:
    return File(**{"path": path, "kind": "file", "size": 3, "layer": -1, **more})


def at(path: str, seen: FilesSeen, *, holds: str = "") -> Verdict:
    name = "*/" + path.rpartition("/")[2]
    probe = Files(paths=(path, name), contents=True, follow=True)
    return judged("file_in_image", observed({probe: seen}), files=[{"path": path, "holds": holds}])


def observed(probed: dict) -> Observation:
    seen = observation(TEXT, probed=probed)
    return msgspec.structs.replace(seen, image=msgspec.structs.replace(seen.built, layers=LAYERS))


@pytest.mark.parametrize("holds", ["", "one", "one\ntwo"])
def test_the_file_is_there(holds: str) -> None:
    seen = FilesSeen(files=(file("/srv/a.txt"),), contents={"/srv/a.txt": "one\ntwo\n"})
    assert at("/srv/a.txt", seen, holds=holds).status == "passed"


@pytest.mark.parametrize(
    ("path", "seen", "says", "line"),
    [
        ("/srv/b.txt", FilesSeen(), "there is no /srv/b.txt in the image", 3),
        ("/srv/www/x.txt", FilesSeen(), "there is no /srv/www/x.txt", 3),
        ("/opt/x.txt", FilesSeen(), "there is no /opt/x.txt", None),
        ("/opt/x.txt", FilesSeen(files=(file("/srv/x.txt", layer=0),)), "a file of that name is at /srv/x.txt", 2),
        ("/opt/x.txt", FilesSeen(files=(file("/opt/x.txt", kind="folder"),)), "is a folder, not a file", None),
        ("/opt/x.txt", FilesSeen(files=(file("/opt/x.txt", layer=0),)), "(3 bytes) does not hold 'one'", 2),
    ],
)
def test_the_file_is_not_there(path: str, seen: FilesSeen, says: str, line: int | None) -> None:
    verdict = at(path, seen, holds="one")
    assert (verdict.status, verdict.line) == ("failed", line)
    assert ("that holds 'one'" in verdict.expected) == ("does not hold" in says)
    assert says in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    ("name", "wanted", "status"),
    [
        ("file_mode", {"modes": {"/a": "0640"}}, "passed"),
        ("file_mode", {"modes": {"/a": "640"}}, "passed"),
        ("file_mode", {"modes": {"/a": "0644"}}, "failed"),
        ("file_mode", {"modes": {"/a": "4640"}}, "failed"),
        ("file_mode", {"modes": {"/a": "0640", "/b": "0640"}}, "failed"),
        ("file_owner", {"owners": {"/a": "7:8"}}, "passed"),
        ("file_owner", {"owners": {"/a": "7"}}, "passed"),
        ("file_owner", {"owners": {"/a": "7:7"}}, "failed"),
        ("file_owner", {"owners": {"/a": "8"}}, "failed"),
        ("file_owner", {"owners": {"/a": "7:8", "/b": "7:8"}}, "failed"),
    ],
)
def test_modes_and_owners(name: str, wanted: dict[str, dict[str, str]], status: str) -> None:
    (paths,) = wanted.values()
    seen = FilesSeen(files=(file("/a", mode=0o640, uid=7, gid=8, layer=0),))
    verdict = judged(name, observed({Files(paths=tuple(paths), follow=True): seen}), **wanted)
    assert verdict.status == status
    if status == "failed":
        assert complete(verdict)
        assert verdict.line == (None if "/b" in paths else 2)
