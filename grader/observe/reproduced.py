"""whether a second build gives the same image."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from grader import image as images
from grader.model import Difference, File, ImageConfig, Reproduced, ReproducedSeen
from grader.observe.bench import Bench, Given

SHARES = "context"

LISTED = 20
SEARCHED = 4_000
FIRST_DAY, MOST_DAYS, DAY = 11_000, 5_000, 86_400
DAYS = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%B %d, %Y")
SHADOWS = ("/etc/shadow", "/etc/shadow-")
CACHED_DAYS = 400
SETTINGS = ("user", "env", "entrypoint", "cmd", "workdir", "labels", "exposed_ports", "volumes", "stop_signal")


def see(bench: Bench, _: Reproduced) -> ReproducedSeen:
    """Build once more as on another machine: nothing from the cache, every file of the context with another time."""
    # Another day each time: the build before may stand in the cache with the times that it was given here last.
    time = (FIRST_DAY + int(bench.nonce(), 16) % MOST_DAYS) * DAY
    for path in bench.context.rglob("*"):
        os.utime(path, (time, time), follow_symlinks=False)
    days = set(_days(datetime.now(UTC)))
    # A build of equal steps that runs at the same time joins these, and would take them for its own: no cache hits.
    build = bench.rebuild(no_cache=True, given=Given(unique=bench.nonce()))
    days |= set(_days(datetime.now(UTC)))
    if not build.ok:
        return ReproducedSeen(build=build)
    own = _own(bench)
    with bench.engine.save([build.image]) as archive:
        again = images.read(archive, keep=own.__contains__)
    found = [
        *_configuration(bench.image.config, again.image.config),
        *_files(bench.files, again.files, own),
        *_dated(again.contents, days - _written(bench.context, days), own),
    ]
    found = [one for one in found if not _only_another_day(one, bench.files, again.contents, datetime.now(UTC))]
    found = list({one.place: one for one in reversed(found)}.values())[::-1]
    return ReproducedSeen(build=build, differences=tuple(found[:LISTED]), total=len(found), files=len(again.files))


def _own(bench: Bench) -> dict[str, int | None]:
    """The first SEARCHED files that the Dockerfile's own layers hold, with the lines that made those."""
    lines = [layer.line for layer in bench.image.layers]
    every = ((file.path, lines[file.layer]) for file in bench.files.values() if file.kind == "file" and file.layer >= 0)
    own = [(path, line) for path, line in every if line is not None]
    return dict(own[:SEARCHED])


def _configuration(first: ImageConfig, second: ImageConfig) -> Iterator[Difference]:
    for name in SETTINGS:
        if getattr(first, name) != getattr(second, name):
            yield Difference(place=name, what="configuration")


def _files(
    first: Mapping[str, File], second: Mapping[str, File], lines: Mapping[str, int | None]
) -> Iterator[Difference]:
    for path, file in first.items():
        other = second.get(path)
        if other is None:
            yield Difference(place=path, what="missing", line=lines.get(path))
        elif other.kind != file.kind:
            yield Difference(place=path, what="kind", line=lines.get(path))
        elif (other.sha256, other.size) != (file.sha256, file.size):
            yield Difference(place=path, what="contents", line=lines.get(path))
        elif other.target != file.target:
            yield Difference(place=path, what="target", line=lines.get(path))
        elif other.mode != file.mode:
            yield Difference(place=path, what="mode", line=lines.get(path))
        elif (other.uid, other.gid) != (file.uid, file.gid):
            yield Difference(place=path, what="owner", line=lines.get(path))
    for path in second:
        if path not in first:
            yield Difference(place=path, what="added")


def _dated(contents: Mapping[str, bytes], days: set[bytes], lines: Mapping[str, int | None]) -> Iterator[Difference]:
    for path, data in contents.items():
        if any(day in data for day in days):
            yield Difference(place=path, what="day", line=lines.get(path))


def _only_another_day(one: Difference, first: Mapping[str, File], contents: Mapping[str, bytes], now: datetime) -> bool:
    """Whether a list of passwords differs in the day of the last change alone, which useradd writes down.

    The step that made the user may stand in the cache since an earlier day, of which only the digest is known here.
    """
    if one.place not in SHADOWS or one.what != "contents" or one.place not in contents:
        return False
    data, wanted = contents[one.place], first[one.place].sha256
    today = int(now.timestamp()) // DAY
    return any(
        hashlib.sha256(data.replace(b":%d:" % new, b":%d:" % (new - back))).hexdigest() == wanted
        for new in (today, today - 1)
        for back in range(1, CACHED_DAYS)
    )


def _days(now: datetime) -> Iterator[bytes]:
    return (now.strftime(form).encode() for form in DAYS)


def _written(context: Path, days: set[bytes]) -> set[bytes]:
    """Those of `days` that somebody has written into a file of the build context, which is no fault of the build."""
    found: set[bytes] = set()
    for path in context.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            found |= {day for day in days if day in data}
    return found
