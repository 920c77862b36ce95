"""What is left of engines in containers whose Drydock was killed: found and removed, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from grader.engine.boxed.launch import MARK, OWNER, PREFIX
from grader.engine.client import Engine
from grader.engine.places import Places
from grader.engine.process import Process
from grader.engine.runs import LABEL, is_over
from grader.engine.sdk import answers
from grader.model.reading import from_json


def folders(places: Places) -> list[Path]:
    """The folders for running of those that nobody owns any more."""
    return [run for run in sorted(Path(places.run).glob(f"{PREFIX}*")) if not _owned(run)]


def remove_leftovers(outer: Engine, places: Places) -> None:
    """Remove the containers and folders of those that nobody owns any more; a container ends by itself when its
    Drydock does, but for one whose engine was stopped meanwhile."""
    with answers():
        found = outer.api.containers(all=True, filters={"label": [MARK]})
    for one in found:
        if is_over(one["Labels"].get(LABEL, ""), one["Created"]):
            outer.remove_container(one["Id"])
    for run in folders(places):
        shutil.rmtree(run, ignore_errors=True)


def _owned(run: Path) -> bool:
    try:
        return from_json((run / OWNER).read_bytes(), Process).alive
    except (OSError, msgspec.DecodeError):
        return False
