"""Volumes with base images: those that nobody will use again go when a new one is filled."""

from __future__ import annotations

from typing import Any

import pytest
from requests import Response

from grader.engine.boxed.stock import BASES, LABEL, PREFIX, _forget, _maker, stocks
from grader.engine.client import Engine
from grader.engine.places import EngineAddress

THIS = f"{PREFIX}this"
OURS = {LABEL: _maker("sha256:new"), BASES: "busybox:1.37"}


class Volumes:
    """A client of an engine with these volumes; `used` cannot be removed."""

    def __init__(self, there: dict[str, dict[str, str] | None], used: str) -> None:
        self._there, self._used = there, used

    def volumes(self, filters: dict[str, list[str]]) -> dict[str, Any]:
        """As Docker does, by a piece of the name."""
        found = [name for name in self._there if filters["name"][0] in name]
        return {"Volumes": [{"Name": name, "Labels": self._there[name]} for name in found] or None}

    def remove_volume(self, name: str) -> None:
        from docker.errors import APIError

        if name == self._used:
            answer = Response()
            answer.status_code = 409
            raise APIError("409", response=answer, explanation="volume is in use")
        del self._there[name]


@pytest.mark.parametrize(
    ("name", "labels", "stays"),
    [
        (THIS, OURS, True),
        (THIS, None, True),
        (f"{PREFIX}of-another-exercise", {**OURS, BASES: "python:3.13-slim-trixie"}, True),
        (f"{PREFIX}of-these-as-they-were", OURS, False),
        (f"{PREFIX}of-another-engine", {LABEL: _maker("sha256:old"), BASES: "python:3.13-slim-trixie"}, False),
        (f"{PREFIX}of-an-older-drydock", {LABEL: "sha256:old"}, False),
        (f"{PREFIX}that-docker-made-anew", None, False),
        ("used", OURS, True),
        (f"my-{PREFIX}", None, True),
    ],
)
def test_what_stays(name: str, labels: dict[str, str] | None, stays: bool) -> None:
    name = f"{PREFIX}used" if name == "used" else name
    there = {name: labels}
    outer = Engine(EngineAddress(host="unix:///nowhere", docker=""))
    outer.__dict__["api"] = Volumes(there, used=f"{PREFIX}used")
    _forget(outer, THIS, "sha256:new", ("busybox:1.37",))
    assert (name in there) is stays


def test_all_are_found_by_name_with_or_without_labels() -> None:
    there: dict[str, dict[str, str] | None] = {THIS: OURS, f"{PREFIX}bare": None, f"my-{PREFIX}": None}
    outer = Engine(EngineAddress(host="unix:///nowhere", docker=""))
    outer.__dict__["api"] = Volumes(there, used="")
    assert stocks(outer) == {THIS: OURS, f"{PREFIX}bare": {}}
