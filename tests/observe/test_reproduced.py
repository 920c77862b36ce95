"""Two images beside each other, and the day of a build in a file."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from grader.model import Build, BuildFailure, Difference, File, ImageConfig, Reproduced
from grader.observe import Bench
from grader.observe.reproduced import _configuration, _dated, _days, _files, _only_another_day, _written, see

ONE = File(path="/a", kind="file", size=3, mode=0o644, uid=0, gid=0, sha256="ab", layer=1, modified=5)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"modified": 9, "layer": 2}, None),
        ({"sha256": "cd"}, "contents"),
        ({"size": 4}, "contents"),
        ({"kind": "link"}, "kind"),
        ({"target": "/b"}, "target"),
        ({"mode": 0o600}, "mode"),
        ({"uid": 7}, "owner"),
        ({"gid": 7}, "owner"),
    ],
)
def test_one_file(change: dict[str, object], what: str | None) -> None:
    found = list(_files({"/a": ONE}, {"/a": msgspec.structs.replace(ONE, **change)}, {"/a": 4}))
    assert [(one.place, one.what, one.line) for one in found] == ([("/a", what, 4)] if what else [])


def test_one_that_is_only_in_one_image() -> None:
    found = list(_files({"/a": ONE}, {"/b": ONE}, {}))
    assert [(one.place, one.what) for one in found] == [("/a", "missing"), ("/b", "added")]


def test_the_configuration_but_not_its_time() -> None:
    first = ImageConfig(env=("A=1",), created="2026-11-24T08:00:00Z")
    assert not list(_configuration(first, msgspec.structs.replace(first, created="2026-11-24T09:00:00Z")))
    found = list(_configuration(first, msgspec.structs.replace(first, env=("A=2",), user="x")))
    assert [one.place for one in found] == ["user", "env"]


@pytest.mark.parametrize("text", ["2026-11-04", "built 20261104-1", "04.11.2026", "11/04/26", "November 04, 2026"])
def test_the_day_in_a_file(text: str) -> None:
    days = set(_days(datetime(2026, 11, 4, tzinfo=UTC)))
    assert [one.what for one in _dated({"/x": text.encode()}, days, {"/x": 3})] == ["day"]
    assert not list(_dated({"/x": text.replace("4", "5").encode()}, days, {}))


def test_a_day_that_somebody_has_written_by_hand(tmp_path: Path) -> None:
    days = set(_days(datetime(2026, 11, 4, tzinfo=UTC)))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/notes").write_text("on 2026-11-04 the dock was dry")
    assert _written(tmp_path, days) == {b"2026-11-04"}


def test_no_other_build_joins_the_one_without_the_cache(tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []
    failed = Build(builder="buildkit", failure=BuildFailure(cause="step", message="no"))
    nonces = iter(("a1", "b2", "c3", "d4"))

    def rebuild(**given: object) -> Build:
        asked.append(given)
        return failed

    bench = SimpleNamespace(context=tmp_path, nonce=lambda: next(nonces), rebuild=rebuild)
    for _ in range(2):
        see(cast(Bench, bench), Reproduced())
    assert [one["no_cache"] for one in asked] == [True, True]
    assert len({one["given"].unique for one in asked} - {""}) == 2


@pytest.mark.parametrize(
    ("path", "first", "same"),
    [
        ("/etc/shadow", "root:*:20000:0\ntide:!:20760:0\n", True),
        ("/etc/shadow-", "root:*:20000:0\ntide:!:20760:0\n", True),
        ("/etc/shadow", "root:*:20000:0\ntide:x:20760:0\n", False),
        ("/etc/shadow", "root:*:20001:0\ntide:!:20760:0\n", False),
        ("/etc/built", "root:*:20000:0\ntide:!:20760:0\n", False),
    ],
)
def test_a_user_that_was_made_on_an_earlier_day(path: str, first: str, same: bool) -> None:
    now = datetime.fromtimestamp(20_782 * 86_400 + 60, UTC)
    file = msgspec.structs.replace(ONE, path=path, sha256=hashlib.sha256(first.encode()).hexdigest())
    one = Difference(place=path, what="contents")
    second = {path: b"root:*:20000:0\ntide:!:20782:0\n"}
    assert _only_another_day(one, {path: file}, second, now) is same
