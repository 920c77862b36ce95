"""The checks of COPY and ADD, on observations made by hand."""

import msgspec
import pytest
from observing import complete, judged, observation

from grader.model import Addition, Additions, AdditionsSeen, Copy, Files, FilesSeen, Layer, Stored, StoredSeen
from grader.model.image import File

TEXT = "FROM busybox\nADD theme.tar.gz /srv/theme/\nCOPY charts.tar.gz /srv/\nRUN rm /tmp/theme.tar.gz\n"


def added(*sources: tuple[int, str, str]):
    seen = AdditionsSeen(
        sources=tuple(msgspec.convert({"line": line, "source": source, "kind": kind}, Addition)
                      for line, source, kind in sources)
    )  # fmt: skip
    return judged("adds_only_what_copy_cannot", observation(TEXT, probed={Additions(): seen}))


@pytest.mark.parametrize(
    "sources",
    [(), ((2, "a.tar", "archive"),), ((2, "https://x/y", "address"), (3, "b.tar.xz", "archive"))],
)
def test_only_what_copy_cannot(sources) -> None:
    assert added(*sources).status == "passed"


@pytest.mark.parametrize(
    ("sources", "line", "says"),
    [
        ([(2, "a.txt", "file")], 2, "1 of its 1 sources"),
        ([(2, "a.tar", "archive"), (4, "site", "folder")], 4, "line 4: site, a folder"),
        ([(3, "<<EOF", "here-document")], 3, "a here-document"),
        ([(3, "nix", "missing")], 3, "not in the build context"),
        ([(2, "a.tar", "archive"), (2, "b.txt", "file")], 2, "1 of its 2 sources"),
    ],
)
def test_where_copy_does_the_same(sources, line: int, says: str) -> None:
    verdict = added(*sources)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def unpacked(*paths: str, copies: tuple[Copy, ...] = ()):
    probed = {
        Files(paths=("/srv/theme/a.css", "/srv/theme/f/b"), follow=True): FilesSeen(
            files=tuple(File(path=path, kind="file") for path in paths)
        ),
        Stored(files=("theme.tar.gz",)): StoredSeen(copies=copies),
    }
    seen = observation(TEXT, probed=probed)
    layers = (Layer(diff_id="a"), Layer(diff_id="b", line=2))
    seen = msgspec.structs.replace(seen, image=msgspec.structs.replace(seen.built, layers=layers))
    return judged("archive_unpacked", seen, archive="theme.tar.gz", folder="/srv/theme", files=["a.css", "f/b"])


@pytest.mark.parametrize(("text", "says"), [("h1 { color: navy }", ""), ("", "/srv/theme/a.css does not hold 'navy'")])
def test_files_that_only_bear_the_names_of_those_in_the_archive(text: str, says: str) -> None:
    files = tuple(File(path=path, kind="file") for path in BOTH)
    probed = {
        Files(paths=BOTH, follow=True, contents=True): FilesSeen(files=files, contents={BOTH[0]: text}),
        Stored(files=("theme.tar.gz",)): StoredSeen(),
    }
    given = {"archive": "theme.tar.gz", "folder": "/srv/theme", "files": ["a.css", "f/b"], "holds": {"a.css": "navy"}}
    verdict = judged("archive_unpacked", observation(TEXT, probed=probed), **given)
    assert verdict.status == ("failed" if says else "passed")
    assert says in verdict.seen
    assert not says or complete(verdict)


BOTH = ("/srv/theme/a.css", "/srv/theme/f/b")


def copy(path: str, **more: object) -> Copy:
    return Copy(**{"file": "theme.tar.gz", "path": path, "layer": 1, **more})


def test_an_unpacked_archive() -> None:
    assert unpacked(*BOTH).status == "passed"


@pytest.mark.parametrize(
    ("paths", "copies", "says", "line"),
    [
        ((), (), "2 of the 2 files", 4),
        (BOTH[:1], (), "f/b", 4),
        ((), (copy("/srv/theme/theme.tar.gz"),), "2 of the 2 files", 2),
        (BOTH, (copy("/tmp/t.tgz"),), "as /tmp/t.tgz", 2),
        (BOTH, (copy("/tmp/t.tgz", shows=False),), "a later one hides it", 2),
        (BOTH, (copy("/tmp/t.tgz", shows=False), copy("/x")), "in the image, as /x", 2),
        (BOTH, (copy("/x", layer=0),), "as /x", 4),
        (BOTH, (copy("/x", layer=9),), "as /x", 4),
    ],
)
def test_an_archive_that_is_not_unpacked_or_stays(
    paths: tuple[str, ...], copies: tuple[Copy, ...], says: str, line: int
) -> None:
    verdict = unpacked(*paths, copies=copies)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def given(*files: File):
    probe = Files(paths=("/srv/charts.tar.gz", "/srv/charts.tar.gz/*"))
    seen = observation(TEXT, probed={probe: FilesSeen(files=files)})
    return judged("file_as_given", seen, path="/srv/charts.tar.gz", sha256="ab")


def test_a_file_as_given() -> None:
    assert given(File(path="/srv/charts.tar.gz", kind="file", sha256="ab", size=7)).status == "passed"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ((), "there is no /srv/charts.tar.gz"),
        ((File(path="/srv/charts.tar.gz", kind="file", sha256="cd", size=7),), "7 bytes that are not"),
        ((File(path="/srv/charts.tar.gz", kind="link", target="x"),), "is a link"),
        ((File(path="/srv/charts.tar.gz", kind="folder"), File(path="/srv/charts.tar.gz/a", kind="file", sha256="ab")),
         "is a folder with 1 files"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_given(files: tuple[File, ...], says: str) -> None:
    verdict = given(*files)
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert says in verdict.seen
    assert complete(verdict)
