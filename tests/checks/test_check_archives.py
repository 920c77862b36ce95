"""The checks of image archives: on observations without a Dockerfile, and without an engine."""

import msgspec
import pytest
from observing import complete, judged

from grader.judge import judge
from grader.model import (
    ArchiveFacts,
    Change,
    Exercise,
    ExerciseCheck,
    HistoryRow,
    Image,
    ImageConfig,
    Layer,
    Observation,
)

NOT_AN_IMAGE = "not an image: the archive holds a file system (bin, etc, usr, …)\n  docker save gives an image"


def archived(
    *layers: Layer,
    base_layers: int = 1,
    tags: tuple[str, ...] = (),
    history: tuple[HistoryRow, ...] = (),
    config: ImageConfig | None = None,
) -> Observation:
    """What is seen of an archive with a base layer and these layers above it."""
    every = (Layer(diff_id="sha256:" + "b" * 64), *layers)
    image = Image(id="1", tags=tags, layers=every, history=history, config=config or ImageConfig())
    return Observation(exercise="01-x", submission="s", image=image, base_layers=base_layers)


def changed(*changes: Change, more: int = 0) -> Layer:
    return Layer(diff_id="sha256:" + "c" * 64, changes=changes, changes_total=len(changes) + more)


def test_an_archive_that_is_no_image() -> None:
    seen = Observation(exercise="01-x", submission="s", refusal=NOT_AN_IMAGE)
    verdict = judged("archive_is_an_image", seen)
    assert (verdict.status, verdict.seen) == ("failed", NOT_AN_IMAGE)
    assert complete(verdict)


def test_an_engine_that_fails_is_no_fault_of_the_archive() -> None:
    verdict = judged("archive_is_an_image", Observation(exercise="01-x", submission="s", fault="no engine"))
    assert (verdict.status, verdict.machine) == ("not_judged", True)


def test_an_image() -> None:
    assert judged("archive_is_an_image", archived(changed())).status == "passed"


def test_what_needs_an_image_is_not_judged_where_there_is_none_and_that_is_no_fault_of_the_machine() -> None:
    names = ("archive_is_an_image", "working_directory", "command_replaceable", "base_layers_kept")
    parameters: dict[str, dict[str, object]] = {
        "working_directory": {"path": "/srv"},
        "command_replaceable": {"default": "x", "arguments": ["y"]},
    }
    checks = tuple(ExerciseCheck(name=name, points=1, parameters=parameters.get(name, {})) for name in names)
    exercise = Exercise(
        name="01-x", folder="", title="", lesson="", practice="", minutes=1, bases=(), checks=checks, submission="image"
    )
    report = judge(exercise, Observation(exercise="01-x", submission="s", refusal=NOT_AN_IMAGE))
    assert [one.status for one in report.checks] == ["failed", *["not_judged"] * 3]
    assert (report.status, report.score) == ("failed", 0)


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        (("tide:1",), "passed"),
        (("docker.io/library/tide:1",), "passed"),
        (("tide:latest", "tide:1"), "passed"),
        ((), "failed"),
        (("tide:latest",), "failed"),
        (("tides:1",), "failed"),
        (("example.org/tide:1",), "failed"),
        (("tide:10",), "failed"),
    ],
)
def test_archive_has_name(tags: tuple[str, ...], status: str) -> None:
    verdict = judged("archive_has_name", archived(tags=tags), image="tide:1")
    assert verdict.status == status
    assert status == "passed" or complete(verdict)


def test_base_layers_kept() -> None:
    assert judged("base_layers_kept", archived(changed())).seen == "1 of 2 layers are the base image's, 1 above"
    verdict = judged("base_layers_kept", archived(base_layers=0))
    assert (verdict.status, complete(verdict)) == ("failed", True)
    assert "1 layer; the lowest one, sha256:bbbb" in verdict.seen


TWO = {"paths": ["/bin/tide", "/srv/tides.txt"]}
ASKED = (Change(path="/bin/tide", kind="added", size=9), Change(path="/srv/tides.txt", kind="added", size=9))
FOLDER = Change(path="/srv", kind="added", files=0)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ((changed(*ASKED, FOLDER),), ""),
        ((changed(ASKED[0]), changed(ASKED[1], Change(path="/bin/tide", kind="mode", size=9))), ""),
        ((changed(*ASKED, Change(path="/etc/hosts", kind="added"), Change(path="/root", kind="time", files=0)),), ""),
        ((), "not there: /bin/tide\nnot there: /srv/tides.txt"),
        ((changed(ASKED[0]),), "not there: /srv/tides.txt"),
        ((changed(*ASKED, Change(path="/root/.ash_history", kind="added", size=4)),), "also added: /root/.ash_history"),
        ((changed(*ASKED, Change(path="/etc/hosts", kind="added", size=4)),), "also added: /etc/hosts"),
        ((changed(*ASKED, Change(path="/etc/passwd", kind="contents", size=4)),), "also changed: /etc/passwd"),
        ((changed(*ASKED, Change(path="/bin/wget", kind="deleted", size=4)),), "also deleted: /bin/wget"),
        ((changed(*ASKED), changed(Change(path="/tmp/x", kind="added"))), "also added: /tmp/x"),
        ((changed(*ASKED, more=7),), "and 7 more"),
    ],
)
def test_only_these_files_changed(layers: tuple[Layer, ...], said: str) -> None:
    verdict = judged("only_these_files_changed", archived(*layers), **TWO)
    assert (verdict.status, verdict.seen if said else "") == ("failed" if said else "passed", said)
    assert not said or complete(verdict)


def rows(*comments: str) -> tuple[HistoryRow, ...]:
    base = HistoryRow(created_by="base", comment="made from packages", layer=0)
    return (base, *(HistoryRow(comment=text, layer=number) for number, text in enumerate(comments, 1)))


@pytest.mark.parametrize(
    ("comments", "said"),
    [
        (("state before the upgrade",), "the history says: state before the upgrade"),
        (("the program", ""), "the history says: the program"),
        (("", "记录潮汐"), "the history says: 记录潮汐"),
        (("",), "no row of the history above the base image has a comment"),
        (("  - ",), "no row of the history above the base image has a comment"),
        ((), "no row of the history above the base image has a comment"),
        (("buildkit.dockerfile.v0",), "the layers above the base image were made by a build, not by a commit"),
        (("buildkit.dockerfile.v0", "why it was made"), "the history says: why it was made"),
    ],
)
def test_commit_message_given(comments: tuple[str, ...], said: str) -> None:
    verdict = judged("commit_message_given", archived(history=rows(*comments)))
    assert (verdict.seen, verdict.status) == (said, "passed" if said.startswith("the history says") else "failed")
    assert verdict.status == "passed" or complete(verdict)


@pytest.mark.parametrize(("author", "status"), [("Mia", "passed"), ("王", "passed"), ("", "failed"), (" - ", "failed")])
def test_commit_author_given(author: str, status: str) -> None:
    verdict = judged("commit_author_given", archived(config=ImageConfig(author=author)))
    assert verdict.status == status
    assert status == "passed" or complete(verdict)


def handed(size: int, *, compressed: bool) -> Observation:
    return msgspec.structs.replace(archived(), archive=ArchiveFacts(bytes=size, compressed=compressed))


def test_archive_compressed() -> None:
    assert judged("archive_compressed", handed(900, compressed=True)).status == "passed"
    verdict = judged("archive_compressed", handed(4_000, compressed=False))
    assert (verdict.status, complete(verdict)) == ("failed", True)
    assert "4,000 bytes" in verdict.seen


BASE = HistoryRow(created_by="drydock: built from packages: busybox (harbour)", layer=0)
STEPS = ("HARBOUR=north", "/bin/harbour", "serve")
BUILDKIT = ("ENV HARBOUR=north", "COPY harbour /bin/harbour # buildkit", 'CMD ["serve"]')
CLASSIC = (
    "/bin/sh -c #(nop)  ENV HARBOUR=north",
    "/bin/sh -c #(nop) COPY file:1f2e in /bin/harbour ",
    '/bin/sh -c #(nop)  CMD ["serve"]',
)


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        (BUILDKIT, ""),
        (CLASSIC, ""),
        (("LABEL a=b", *BUILDKIT), ""),
        ((), "no row for 'HARBOUR=north' among 1 row"),
        (BUILDKIT[:2], "no row for 'serve' among 3 rows"),
        (BUILDKIT[::-1], "no row for '/bin/harbour' among 4 rows"),
        ((*BUILDKIT, "harbour about"), "after the last step there is 1 row more"),
        ((*BUILDKIT, "x", "y"), "after the last step there are 2 rows more"),
    ],
)
def test_history_kept(commands: tuple[str, ...], said: str) -> None:
    history = (BASE, *(HistoryRow(created_by=command) for command in commands))
    verdict = judged("history_kept", archived(history=history), steps=list(STEPS))
    assert (verdict.status, verdict.seen if said else "") == ("failed" if said else "passed", said)
    assert not said or complete(verdict)


def test_one_layer() -> None:
    flat = msgspec.structs.replace(Image(id="1"), layers=(changed(*ASKED), changed(FOLDER), changed()))
    seen = Observation(exercise="01-x", submission="s", image=flat)
    assert judged("one_layer", seen).status == "passed"
    verdict = judged("one_layer", archived(changed(*ASKED), changed(ASKED[0])))
    assert (verdict.seen, verdict.status, complete(verdict)) == ("2 layers that hold files", "failed", True)
