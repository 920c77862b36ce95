"""The learner's own copies of the notebooks: JupyterLab saves what it shows, and the course's files stay clean."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from grader.model.reading import from_json
from grader.work import aside_of

FOLDER = "notebooks"
LAID = ".laid.json"


def lay_notebooks(course: Path, work: Path) -> Mapping[str, str]:
    """Copy the course's notebooks into the folder notebooks/ of `work`, those that are not there yet.

    One that the course has changed since is copied anew. Where the learner has changed theirs too, it is kept beside
    the new one: the returned mapping has its new name by the notebook's.
    """
    folder = work / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    laid, kept = _laid(folder / LAID), {}
    for source in sorted((course / FOLDER).glob("*.ipynb")):
        target, now = folder / source.name, _digest(source)
        if target.exists() and laid.get(source.name) == now:
            continue
        if target.exists() and _digest(target) not in (now, laid.get(source.name)):
            aside = aside_of(target, ".ipynb")
            target.rename(aside)
            kept[source.name] = aside.name
        shutil.copyfile(source, target)
        laid[source.name] = now
    _write(folder / LAID, laid)
    return kept


def _laid(file: Path) -> dict[str, str]:
    """The SHA-256 of each notebook as it was laid out; nothing where that is not known any more."""
    try:
        return from_json(file.read_bytes(), dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _write(file: Path, laid: Mapping[str, str]) -> None:
    partial = file.with_suffix(".partial")
    partial.write_bytes(msgspec.json.encode(laid, order="sorted"))
    partial.replace(file)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
