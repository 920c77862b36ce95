"""What gradings and lessons have left: found by our own labels and names, and removed, nothing else.

A thing is left when the process that made it has ended (see `runs`). What bears no label of ours is never looked at;
only a lesson's own names count as well, where the lessons' are asked for: `docker run --name lab01-box` sets no label.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from grader.engine import images, private
from grader.engine.boxed.image import REPOSITORY
from grader.engine.boxed.leftover import folders
from grader.engine.boxed.stock import stocks
from grader.engine.client import Engine
from grader.engine.containers import remove as remove_container
from grader.engine.daemon import bytes_in
from grader.engine.places import Places
from grader.engine.runs import LABEL, PATIENT, is_over
from grader.engine.sdk import answers
from grader.engine.sealed.leftover import leftovers, remove_leftovers
from grader.errors import MachineError, UsageError
from grader.submission import clean
from grader.variants import MAKING

Kind = Literal["container", "image", "volume", "folder", "engine", "sealed engine"]

LESSON = "drydock.lesson"
# What a lesson gives a container, and an image, as it is or in the registry that the lesson starts on this machine.
NAMED = re.compile(r"/?lab(\d\d)-.+|(?:127\.0\.0\.1:\d+/)?lab(\d\d)/.+")
OURS = re.compile(r"drydock-(submission|build|checks|bake|hadolint|made|course|wheels|alone|parcel)-[a-z0-9_]{8}")


class Litter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is left: its kind, its name, what it belonged to, and the bytes that it takes at most."""

    kind: Kind
    name: str
    of: str = ""
    bytes: int = 0


def in_engine(engine: Engine, *, lessons: bool, stock: bool = False) -> Iterator[Litter]:
    """The containers, images and volumes of gradings that are over; with `lessons`, all of the lessons' too.

    With `stock` also what the tier `default` keeps there so that its engines start soon; the next one makes it anew.
    """
    seen: set[str] = set()
    for one in _labelled(engine, lessons=lessons):
        seen.add(one.name)
        yield one
    if lessons:
        yield from (one for one in _named(engine, seen) if one.name not in seen)
    if stock:
        for name in stocks(engine):
            yield Litter(kind="volume", name=name, of="base images for the tier default")
        for name in engine.named_images(f"{REPOSITORY}*"):
            yield Litter(kind="image", name=name, of="the engine of the tier default")


def _labelled(engine: Engine, *, lessons: bool) -> Iterator[Litter]:
    for label in (LABEL, LESSON) if lessons else (LABEL,):
        filters = {"label": [label]}
        with answers():
            containers = engine.api.containers(all=True, size=True, filters=filters)
            found = engine.api.images(all=True, filters=filters)
            volumes = engine.api.volumes(filters=filters)["Volumes"] or []
        for one in containers:
            if _left(label, one["Labels"], one["Created"]):
                yield _litter("container", one["Id"], one["Labels"], one.get("SizeRw") or 0)
        for one in found:
            if _left(label, one["Labels"], one["Created"]):
                yield _litter("image", one["Id"], one["Labels"], one.get("Size") or 0)
        for one in volumes:
            if _left(label, one["Labels"] or {}, _seconds(one.get("CreatedAt", ""))):
                yield _litter("volume", one["Name"], one["Labels"], 0)


def _named(engine: Engine, labelled: set[str]) -> Iterator[Litter]:
    """What bears a lesson's name. An image goes by that name: it may be another one's too, as a base image's is."""
    with answers():
        containers = engine.api.containers(all=True, size=True)
        found = engine.api.images()
    for one in containers:
        for name in _ours([*(one["Names"] or []), one["Image"]])[:1]:
            yield Litter(kind="container", name=one["Id"], of=_lesson(name), bytes=one.get("SizeRw") or 0)
    for one in found:
        if one["Id"] not in labelled:
            for name in _ours(one["RepoTags"]) or _ours(one["RepoDigests"]):
                yield Litter(kind="image", name=name, of=_lesson(name), bytes=one.get("Size") or 0)


def _ours(names: list[str] | None) -> list[str]:
    return [name for name in names or [] if NAMED.fullmatch(name)]


def _lesson(name: str) -> str:
    found = NAMED.fullmatch(name)
    return f"lesson {found[1] or found[2]}, by its name" if found else ""


def on_machine(places: Places, *, above: Path | None = None, now: float | None = None) -> Iterator[Litter]:
    """Temporary folders, sockets of engines that have died, and sealed engines that nobody owns any more.

    `above` is where temporary folders lie (None: the usual place).
    """
    above = Path(tempfile.gettempdir()) if above is None else above
    now = time.time() if now is None else now
    begun = Path(places.variants).glob(f"{MAKING}*")
    for path in sorted([*(path for path in above.iterdir() if OURS.fullmatch(path.name)), *begun]):
        with suppress(FileNotFoundError):
            facts = path.lstat()
            if path.is_dir() and not path.is_symlink() and facts.st_uid == _us() and now - facts.st_mtime > PATIENT:
                yield Litter(kind="folder", name=str(path), bytes=bytes_in(path))
    for name in private.engine_names(places):
        if places.running(name).exists() and not private.status(places, name).pid:
            yield Litter(kind="engine", name=name, of="its process has ended; a socket, a bridge or cgroups are left")
    for path in folders(places):
        yield Litter(kind="folder", name=str(path), of="an engine in a container", bytes=bytes_in(path))
    for one in leftovers(places):
        parts = f"{one.processes} processes, {len(one.cgroups)} cgroups, {len(one.loops)} loop devices"
        files = sum(Path(file).stat().st_blocks * 512 for file in one.files if Path(file).is_file())
        yield Litter(kind="sealed engine", name=one.name, of=parts, bytes=files)


def reap(engine: Engine, places: Places, say: Callable[[str], None]) -> None:
    """Remove from the engine what gradings that were killed have left in it, before others begin.

    `say` is told what could not be: it is no reason to grade nothing, and `drydock clean` finds it again.
    """
    try:
        remove(list(in_engine(engine, lessons=False)), engine, places, say)
    except (MachineError, UsageError) as error:
        say(f"What earlier gradings have left was not removed: {error}")


def remove(found: list[Litter], engine: Engine | None, places: Places, say: Callable[[str], None]) -> list[Litter]:
    """Remove these; returns what could not be, after `say` has told why."""
    kept = []
    # An image that a container is made of cannot be removed before it.
    for one in sorted(found, key=lambda one: one.kind != "container"):
        try:
            _remove(one, engine, places)
        except (MachineError, UsageError, OSError) as error:
            say(f"{one.kind} {one.name}: {error}")
            kept.append(one)
    return kept


def _remove(one: Litter, engine: Engine | None, places: Places) -> None:
    if one.kind == "folder":
        clean.remove(Path(one.name))
    elif one.kind == "engine":
        private.stop(places, one.name)
    elif one.kind == "sealed engine":
        remove_leftovers(places)
    elif engine is not None:
        _remove_from(engine.api, one)


def _remove_from(api: Any, one: Litter) -> None:
    if one.kind == "container":
        remove_container(api, one.name)
    elif one.kind == "image":
        # One that was an ancestor of another is gone with it.
        with suppress(UsageError):
            images.remove_image(api, one.name, force=True)
    else:
        with answers():
            api.remove_volume(one.name)


def _left(label: str, labels: dict[str, str], made: float) -> bool:
    return label == LESSON or is_over(labels.get(LABEL, ""), made)


def _litter(kind: Kind, name: str, labels: dict[str, str], size: int) -> Litter:
    lesson = labels.get(LESSON, "")
    of = f"lesson {lesson}" if lesson else f"a grading of {labels.get('drydock.exercise', 'an exercise')}"
    return Litter(kind=kind, name=name, of=of, bytes=size)


def _seconds(written: str) -> float:
    try:
        return datetime.fromisoformat(written.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return time.time()


def _us() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
