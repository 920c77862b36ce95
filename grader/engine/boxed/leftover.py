"""What is left of engines in containers whose Drydock was killed: found and removed, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.engine.boxed.launch import MARK, PREFIX
from grader.engine.client import Engine
from grader.engine.owned import alone, owned
from grader.engine.places import Places
from grader.engine.runs import LABEL, is_over
from grader.engine.sdk import answers


def folders(places: Places) -> list[Path]:
    """The folders for running of those that nobody owns any more."""
    if not (found := sorted(Path(places.run).glob(f"{PREFIX}*"))):
        return []
    with alone(places, "looking for what is left of engines in containers"):
        return [run for run in found if not owned(run)]


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
