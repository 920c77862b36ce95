"""What a notebook imports: `from labkit import build, history, …` and `%load_ext labkit`."""

from __future__ import annotations

from typing import Any

from labkit.break_in import break_in
from labkit.building import Built, build
from labkit.comparing import Comparison, compare
from labkit.containers import Health, Started, Stopped, start
from labkit.course import CourseMap, course_map
from labkit.done import show_exercises, show_progress
from labkit.editing import edit
from labkit.exercises import fill_folder
from labkit.images import History, Ran, history, image_bytes, run
from labkit.layering import Layers, layers
from labkit.machines import Machine, local_registry, pinned, second_machine
from labkit.quiz import predict, quiz
from labkit.searching import places_of
from labkit.serving import serve
from labkit.settings import Changes, changes, settings
from labkit.sizes import seconds, size
from labkit.tables import table
from labkit.timeline import Timeline, cache_timeline

__all__ = [
    "Built",
    "Changes",
    "Comparison",
    "CourseMap",
    "Health",
    "History",
    "Layers",
    "Machine",
    "Ran",
    "Started",
    "Stopped",
    "Timeline",
    "break_in",
    "build",
    "cache_timeline",
    "changes",
    "compare",
    "course_map",
    "edit",
    "fill_folder",
    "history",
    "image_bytes",
    "layers",
    "load_ipython_extension",
    "local_registry",
    "pinned",
    "places_of",
    "predict",
    "quiz",
    "run",
    "second_machine",
    "seconds",
    "serve",
    "settings",
    "show_exercises",
    "show_progress",
    "size",
    "start",
    "table",
]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext labkit`: the magics, and errors as messages."""
    from labkit.magics import load

    load(shell)
