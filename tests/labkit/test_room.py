"""What a lesson says of the disk, and when it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.engine.room import Room
from grader.errors import DiskFullError
from labkit.places import lessons_in
from labkit.room import SPARE, disk_line, disk_of

LESSONS = lessons_in(Path(__file__).resolve().parents[2] / "lessons")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_every_lesson_tells_what_it_takes(lesson: Path) -> None:
    assert 0 < disk_of(lesson.read_text("utf-8")) <= 4_000_000_000


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (Room(free=5_000_000_000, folder="/data"), "Disk: up to 100 MB while you work; 5.00 GB are free."),
        (Room(free=None), "Disk: up to 100 MB while you work."),
        (Room(own=True, free=1), "Disk: up to 100 MB while you work."),
        (Room(free=100_000_000 + SPARE), "Disk: up to 100 MB while you work; 300 MB are free."),
    ],
)
def test_the_line(room: Room, words: str) -> None:
    assert disk_line(100_000_000, room) == words


def test_a_disk_that_is_nearly_full_is_told_before_the_lesson_begins() -> None:
    with pytest.raises(DiskFullError) as told:
        disk_line(100_000_000, Room(free=99_000_000 + SPARE, folder="/data"))
    assert "Only 299 MB are free" in str(told.value)
    assert "/data" in str(told.value)
    assert re.search(r"Make room: .*drydock clean --lessons", str(told.value))
