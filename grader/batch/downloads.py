"""What Moodle and Canvas write into the names of a download: whose a file is, and what its learner called it.

Moodle has NAME_NUMBER_assignsubmission_file_ as a folder, or with each file's own name behind it where all lie in one
folder; Canvas has name_[LATE_]NUMBER_NUMBER_own-name, and name_[LATE_]NUMBER_text.html for what was typed there. Canvas
numbers a name that the same learner has used before: answer-1.zip, Dockerfile-2.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from grader.errors import SubmissionError
from grader.submission import archive
from grader.submission.dockerfile import near_misses
from grader.submission.faults import fault
from grader.submission.handed import ANSWERS

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
NOT_READ = (".rar", ".7z", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst")
GATHERED = 1_000_000_000
"""Bytes that the files of one learner may have together."""

_MOODLE = re.compile(r"(?P<student>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<name>.*))?")
_CANVAS = re.compile(r"(?P<student>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_(?:\d+_(?P<name>.+)|(?:text|link)\.html)")
_AGAIN = re.compile(r"(?P<stem>.+?)-(?P<again>\d+)(?P<ending>(?:\.[A-Za-z]\w*)*)")


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a name says: the `student` with the `number` they have there, and how they called the file themselves.

    With `typed` it is a text or a link that was put into a field, and no file; `system` is "Moodle" or "Canvas".
    """

    system: str
    student: str
    number: str
    name: str = ""
    late: bool = False
    typed: bool = False

    @property
    def owner(self) -> tuple[str, str, str]:
        """Whose it is: files with the same are one submission."""
        return self.system, self.student, self.number

    @property
    def attempt(self) -> tuple[str, int]:
        """The name without the number that Canvas gave it, and that number (0: none)."""
        found = _AGAIN.fullmatch(self.name) if self.system == "Canvas" else None
        return (found["stem"] + found["ending"], int(found["again"])) if found else (self.name, 0)


def label(name: str, *, folder: bool = False) -> Label | None:
    """What the name of a file, or of a `folder`, says; None where it is not of a download."""
    moodle = _MOODLE.fullmatch(name)
    found = moodle or (None if folder else _CANVAS.fullmatch(name))
    if found is None:
        return None
    return Label(
        system="Moodle" if moodle else "Canvas",
        student=unicodedata.normalize("NFC", found["student"]).strip(),
        number=found["number"],
        name=found["name"] or "",
        late=not moodle and bool(found["late"]),
        typed=found["kind"] != "file" if moodle else not found["name"],
    )


def counting(labels: Mapping[Path, Label]) -> dict[str, Path]:
    """The files of one learner that count, by the names that they have in the learner's folder; the main one first.

    The main one is the Dockerfile, the file of answers, or else an archive: of several attempts at it the last counts,
    under its name without a number. Where it has one, so have other files that were handed in again with it.
    """
    main = _main(labels)
    last: dict[str, tuple[int, Path]] = {}
    for path in main:
        name, again = labels[path].attempt
        last[name] = max(last.get(name, (-1, path)), (again, path))
    counts = {path: name for name, (_, path) in last.items()}
    if len(labels) > 1 and len(counts) == 1 and any(near_misses({name: "file"}) for name in last):
        counts = dict.fromkeys(counts, "Dockerfile")
    others = [path for path in labels if path not in main]
    plain = Counter(labels[path].attempt[0] for path in others)
    numbered = any(again for again, _ in last.values())
    for path in others:
        name = labels[path].attempt[0]
        counts[path] = name if numbered and plain[name] == 1 else labels[path].name
    return {name: path for path, name in counts.items()}


def _main(labels: Mapping[Path, Label]) -> list[Path]:
    own = {path: one.attempt[0] for path, one in labels.items()}
    meant = [path for path, name in own.items() if name == ANSWERS or near_misses({name: "file"})]
    return meant or [path for path, name in own.items() if name.lower().endswith((*ARCHIVES, *NOT_READ))]


def beside(path: Path) -> dict[str, Path]:
    """The files that make up the submission of which `path` is one, as `counting` has them; none for other names."""
    mine = label(path.name)
    if mine is None or path.is_dir():
        return {}
    there = {one: label(one.name) for one in path.parent.iterdir()}
    files = {one: found for one, found in there.items() if found and found.owner == mine.owner and not found.typed}
    return counting({one: files[one] for one in sorted(files) if not one.is_dir()})


def gather(files: Mapping[str, Path], into: Path) -> None:
    """Copy a learner's files into the new folder `into`, under these names.

    Raises SubmissionError for what is no ordinary file and where they are too large, MachineError for what the machine
    cannot do.
    """
    left = GATHERED
    for name, path in files.items():
        try:
            into.mkdir(exist_ok=True)
            with archive.opened(path, source=str(path)) as source, (into / name).open("xb") as copy:
                while chunk := source.read(1 << 20):
                    left -= copy.write(chunk)
                    if left < 0:
                        most = f"the files of this learner have more than {GATHERED:,} bytes"
                        raise SubmissionError(f"{path}: {most}", "hand in fewer")
        except OSError as error:
            raise fault(error, f"{path}:", room=f"{into}: {path}:") from error
