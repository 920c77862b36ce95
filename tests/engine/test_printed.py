"""What a container has printed, as the engine sends it; and how buildx is called. Without an engine."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.engine.clip import Clip
from grader.engine.places import EngineAddress
from grader.engine.printed import STDERR, STDOUT, printed
from grader.errors import EngineError


def piece(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


class Api:
    """An engine's client that answers the one question with these bytes, and keeps how it was asked."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.asked: dict[str, Any] = {}

    def _url(self, path: str) -> str:
        return path

    def _get(self, path: str, *, params: dict[str, Any], stream: bool) -> Any:
        assert stream
        self.asked = {"path": path, **params}
        return SimpleNamespace(raw=io.BytesIO(self.body), close=lambda: None)

    def _raise_for_status(self, answer: Any) -> None:
        assert answer


BODY = piece(STDOUT, b"one\n") + piece(STDERR, b"oh\n") + piece(STDOUT, b"") + piece(STDOUT, "zwö".encode())


def test_both_streams_are_read_with_one_question() -> None:
    clips = {STDOUT: Clip(100), STDERR: Clip(100)}
    api = Api(BODY)
    printed(api, "abc", clips)
    assert (clips[STDOUT].text(), clips[STDERR].text()) == ("one\nzwö", "oh\n")
    assert api.asked == {"path": "/containers/abc/logs", "stdout": 1, "stderr": 1, "follow": 0, "tail": "all"}


def test_one_clip_for_both_keeps_the_order() -> None:
    clip = Clip(100)
    printed(Api(BODY), "abc", {STDOUT: clip, STDERR: clip})
    assert clip.text() == "one\noh\nzwö"


def test_a_stream_that_is_not_asked_for_is_passed_over() -> None:
    clip = Clip(100)
    printed(Api(BODY), "abc", {STDERR: clip})
    assert clip.text() == "oh\n"


def test_nothing_printed_and_an_answer_that_breaks_off() -> None:
    clip = Clip(100)
    printed(Api(b""), "abc", {STDOUT: clip})
    assert clip.text() == ""
    with pytest.raises(EngineError, match="broke off"):
        printed(Api(BODY + b"\1\0\0"), "abc", {STDOUT: clip})


def test_buildx_is_called_itself_where_it_is_known_and_through_the_client_elsewhere(tmp_path: Path) -> None:
    config = tmp_path / "config"
    address = EngineAddress(host="unix:///run/none.sock", docker="/opt/docker", config=str(config))
    assert address.buildx == ("/opt/docker", "buildx")
    plugin = config / "cli-plugins/docker-buildx"
    plugin.parent.mkdir(parents=True)
    plugin.touch()
    assert address.buildx == (str(plugin),)
    assert EngineAddress(host="unix:///run/none.sock", docker="/opt/docker").buildx == ("/opt/docker", "buildx")
