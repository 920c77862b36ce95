"""The clean copy: entries from a folder or an archive are written into a new folder, and every bound is held here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from grader.errors import SubmissionError
from grader.model import Limits
from grader.submission import names
from grader.submission.faults import fault
from grader.submission.links import leads_out

ENTRIES = 10_000
DEPTH = 40
HIDE = "or, if the image does not need it, take it out of the submission"

Kind = Literal["file", "folder", "link"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to copy: `path` as its source names it, `size` as it says, `chunks` its contents when asked for."""

    path: str
    kind: Kind
    size: int = 0
    executable: bool = False
    modified_ns: int | None = None
    target: str = ""
    chunks: Callable[[], Iterator[bytes]] = lambda: iter(())


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: every path with its kind, how many files, their bytes."""

    kinds: dict[str, Kind]
    files: int
    bytes: int


def write(
    entries: Iterable[Entry], root: Path, limits: Limits, *, source: str, archived: bool, keep_git: bool = False
) -> Tree:
    """Copy `entries` into the existing empty folder `root`; raises SubmissionError, or MachineError for what is not
    the learner's fault, such as a full disk.

    Files get mode 0644, or 0755 where they were executable, folders 0755: what was handed in must not build another
    image because of the way it was handed in. Times are kept. `source` names the submission in messages.
    """
    writer = _Writer(root, limits.context_bytes, source, archived)
    try:
        for entry in entries:
            path = entry.path.rstrip("/")
            writer.check_name(entry.path, path)
            if not any(names.left_out(part, keep_git=keep_git) for part in path.split("/")):
                writer.add(path, entry)
        writer.finish()
    except OSError as error:
        name = f": {names.shown(os.fsdecode(error.filename))}" if isinstance(error.filename, str | bytes) else ""
        raise fault(error, f"{source}{name}:", room=f"{root}: {source}:") from error
    return Tree(kinds=writer.kinds, files=writer.files, bytes=writer.bytes)


class _Writer:
    def __init__(self, root: Path, limit: int, source: str, archived: bool) -> None:
        self.root, self.limit, self.source, self.archived = root, limit, source, archived
        self.kinds: dict[str, Kind] = {}
        self.files = self.bytes = 0
        self._folded: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._times: list[tuple[str, int]] = []

    def refuse(self, path: str, what: str, do: str) -> SubmissionError:
        return SubmissionError(f"{self.source}: {names.shown(path)}: {what}", do)

    def check_name(self, given: str, path: str) -> None:
        if why := names.problem(path, archived=self.archived):
            raise self.refuse(given, why, "give it another name, " + HIDE)

    def add(self, path: str, entry: Entry) -> None:
        parents = path.split("/")[:-1]
        if len(parents) >= DEPTH:
            raise self.refuse(path, f"lies deeper than {DEPTH} folders", "use fewer folders, " + HIDE)
        for depth in range(1, len(parents) + 1):
            self._folder("/".join(parents[:depth]), entry)
        if entry.kind == "folder":
            self._folder(path, entry)
        else:
            self._claim(path, entry.kind)
            self._file(path, entry) if entry.kind == "file" else self._link(path, entry)

    def _claim(self, path: str, kind: Kind) -> None:
        known = self._folded.setdefault(names.folded(path), path) if self.archived else path
        if path in self.kinds:
            raise self.refuse(path, "the name is there twice", "keep one of them")
        if known != path:
            raise self.refuse(
                path, f"differs from {names.shown(known)} only by upper and lower case", "rename one of them"
            )
        if len(self.kinds) >= ENTRIES:
            raise SubmissionError(
                f"{self.source}: more than {ENTRIES:,} files and folders",
                "hand in only what the image needs; folders such as node_modules and .venv are made inside the image",
            )
        self.kinds[path] = kind

    def _folder(self, path: str, entry: Entry) -> None:
        kind = self.kinds.get(path)
        if kind is None:
            self._claim(path, "folder")
            (self.root / path).mkdir()
            (self.root / path).chmod(0o755)
        elif kind != "folder":
            raise self.refuse(path, "is both a file and a folder", "keep one of them")
        if entry.path.rstrip("/") == path and entry.modified_ns is not None:
            self._times.append((path, entry.modified_ns))

    def _file(self, path: str, entry: Entry) -> None:
        self._room(path, entry.size)
        mode = 0o755 if entry.executable else 0o644
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(self.root / path, flags, mode), "wb") as file:  # noqa: PTH123 (a descriptor)
            for chunk in entry.chunks():
                self._room(path, len(chunk))
                self.bytes += len(chunk)
                file.write(chunk)
            os.fchmod(file.fileno(), mode)
        self.files += 1
        if entry.modified_ns is not None:
            self._times.append((path, entry.modified_ns))

    def _room(self, path: str, more: int) -> None:
        if self.bytes + more > self.limit:
            raise self.refuse(
                path,
                f"with it the submission comes to more than {self.limit:,} bytes",
                "hand in only what the image needs; large data is fetched or made inside the build",
            )

    def _link(self, path: str, entry: Entry) -> None:
        if why := names.target_problem(entry.target):
            raise self.refuse(path, f"is a link to {names.shown(entry.target)}: {why}", "put the file itself there")
        self._links[path] = entry.target
        (self.root / path).symlink_to(entry.target)
        self.files += 1

    def finish(self) -> None:
        for path, target in self._links.items():
            if leads_out(path, self._links):
                raise self.refuse(
                    path,
                    f"is a link to {names.shown(target)}, which leads out of the submission or in a circle",
                    "put the file itself there",
                )
        for path, modified in reversed(self._times):
            place = self.root / path
            try:
                os.utime(place, ns=(modified, modified), follow_symlinks=False)
            except (OverflowError, OSError, ValueError):
                os.utime(place, follow_symlinks=False)
