"""What the image's user may do: told by owners and permissions, along every folder and link on the way."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from grader.image import read
from grader.model import Files, Rights, RightsSeen
from grader.observe import files, rights
from tests.image import image_making as making

PASSWD = b"root:x:0:0::/:\nkeeper:x:7:70::/:\n"
GROUP = b"writers:x:600:keeper\n"
MEMBERS = [
    making.folder("etc"),
    making.file("etc/passwd", PASSWD),
    making.file("etc/group", GROUP),
    making.folder("own", uid=7, mode=0o700),
    making.file("own/kept", uid=7, mode=0o400),
    making.file("own/free", uid=0, mode=0o666),
    making.folder("shut", mode=0o700),
    making.file("shut/free", mode=0o666),
    making.folder("group", gid=600, mode=0o2770),
    making.folder("primary", gid=70, mode=0o770),
    making.folder("closed-to-its-group", gid=600, mode=0o707),
    making.folder("no-search", uid=7, mode=0o600),
    making.folder("all", mode=0o1777),
    making.file("root", mode=0o644),
    making.link("through", "shut/free"),
    making.link("to-own", "own/../own"),
]


def seen(user: str, *paths: str) -> RightsSeen:
    layers = [making.tar(MEMBERS)]
    settings = making.configuration(layers, config={"User": user})
    probe = Rights(paths=paths)
    analysis = read(io.BytesIO(making.archive(making.saved_parts(layers, settings))), keep=files.kept([probe]))
    bench: Any = SimpleNamespace(image=analysis.image, files=analysis.files, contents=analysis.contents)
    return rights.see(bench, probe)


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/own", "yes"),
        ("/own/", "yes"),
        ("/to-own", "yes"),
        ("/own/kept", "owner"),
        ("/own/free", "yes"),
        ("/shut", "no"),
        ("/shut/free", "closed"),
        ("/through", "closed"),
        ("/group", "yes"),
        ("/primary", "yes"),
        ("/closed-to-its-group", "no"),
        ("/no-search", "owner"),
        ("/all", "yes"),
        ("/root", "no"),
        ("/", "no"),
        ("/missing", "none"),
        ("/root/below", "none"),
    ],
)
def test_of_a_named_user(path: str, right: str) -> None:
    assert seen("keeper", path) == RightsSeen(user=7, rights={path: right})  # type: ignore[dict-item]


def test_groups_are_those_that_the_engine_gives() -> None:
    assert seen("7:0", "/group", "/primary").rights == {"/group": "no", "/primary": "no"}
    assert seen("1000:writers", "/group", "/own").rights == {"/group": "yes", "/own": "no"}


def test_root_may_do_everything_that_there_is() -> None:
    assert seen("", "/shut/free", "/missing") == RightsSeen(user=0, rights={"/shut/free": "yes", "/missing": "none"})


def test_a_user_that_the_image_does_not_know() -> None:
    assert seen("ghost", "/own") == RightsSeen()


def test_the_accounts_are_kept_while_the_image_is_read() -> None:
    assert files.kept([Rights(), Files(paths=("/a",))]) == ("/etc/passwd", "/etc/group")
