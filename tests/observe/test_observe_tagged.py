"""The names of a bake file as they are given in the engine, below a first part that is ours."""

import pytest

from grader.observe.tagged import _as_path, _tagged


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("logbook", "logbook"),
        ("harbour/logbook:1.4", "harbour/logbook:1.4"),
        ("registry.Example.org/logbook:1", "registry.example.org/logbook:1"),
        ("localhost/logbook", "localhost/logbook"),
        ("localhost:5000/harbour/logbook:1", "localhost_5000/harbour/logbook:1"),
        ("Harbour/logbook", "Harbour/logbook"),
    ],
)
def test_a_host_becomes_a_part_of_the_path(name: str, path: str) -> None:
    assert _as_path(name) == path


@pytest.mark.parametrize(
    ("name", "whole"),
    [("a", "a:latest"), ("a:1", "a:1"), ("localhost:5000/a", "localhost:5000/a:latest"), ("h:1/a:2", "h:1/a:2")],
)
def test_a_name_without_a_tag_is_latest(name: str, whole: str) -> None:
    assert _tagged(name) == whole
