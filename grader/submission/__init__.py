"""What was handed in, a folder, a Dockerfile or an archive, copied into a clean folder before anything uses it."""

from __future__ import annotations

import difflib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Limits, Submission
from grader.submission import archive, clean, dockerfile, folder, names, tree
from grader.submission.answered import attachments, read_answers
from grader.submission.faults import fault
from grader.submission.handed import EXPECTED, is_compressed, is_handed_in, stage_file

__all__ = ["EXPECTED", "attachments", "is_compressed", "is_handed_in", "read_answers", "stage", "stage_file"]


@contextmanager
def stage(path: Path, limits: Limits, *, under: Path | None = None, keep_git: bool = False) -> Iterator[Submission]:
    """A clean copy of the submission `path`, there until the context ends.

    `path` is a folder, a Dockerfile of any name (its folder is the context), or an archive (zip, tar, tar.gz; told by
    its bytes), in which a single top folder is looked into. The copy lies in a new folder in `under` (None: where
    temporary files go). It holds files, folders and links that stay inside; links in archives are refused.

    `.git` and `*.rego` are left out at any depth, because the builder's client and Git take commands and policies from
    them. With `keep_git` the former is copied as plain data, and nobody may run Git in the copy.

    Raises SubmissionError with what, where, the limit and what to do; MachineError where the machine is to blame.
    """
    source = names.shown(str(path))
    kind = _kind(path, source)
    home = Path(tempfile.mkdtemp(prefix="drydock-submission-", dir=under))
    try:
        context = home / "context"
        context.mkdir(mode=0o755)
        if stat.S_ISDIR(kind):
            written, name = _from_folder(path, context, limits, source, keep_git), "Dockerfile"
        else:
            context, written, name = _from_file(path, context, limits, source, keep_git)
        text = dockerfile.text_of(context, name, written.kinds, source=source)
        yield Submission(
            source=names.written(path),
            context=str(context),
            dockerfile=name,
            text=text,
            files=written.files,
            bytes=written.bytes,
        )
    finally:
        clean.remove(home)


def _kind(path: Path, source: str) -> int:
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(path, source) from None
    except OSError as error:
        raise fault(error, f"{source}:", do="check the name and who may read it") from error
    except ValueError as error:
        raise SubmissionError(f"{source}: cannot be read: {error}", "check the name and who may read it") from error
    if stat.S_ISLNK(mode):
        raise SubmissionError(f"{source}: it is a link", "name the folder or file that it leads to")
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        word = folder.kind_word(mode)
        raise SubmissionError(f"{source}: it is {word}", "hand in a folder, a Dockerfile or an archive")
    return mode


def _from_folder(path: Path, context: Path, limits: Limits, source: str, keep_git: bool) -> tree.Tree:
    found = folder.entries(
        path,
        source=source,
        skip=lambda name: names.left_out(name, keep_git=keep_git),
        avoid=context.parent.lstat(),
    )
    return tree.write(found, context, limits, source=source, archived=False, keep_git=keep_git)


def _from_file(path: Path, context: Path, limits: Limits, source: str, keep_git: bool) -> tuple[Path, tree.Tree, str]:
    try:
        with archive.opened(path, source=source) as file:
            form = archive.format_of(file.read(512), path.name, source=source)
            file.seek(0)
            if form is not None:
                found = archive.entries(file, form, limits, source=source)
                written = tree.write(found, context, limits, source=source, archived=True, keep_git=keep_git)
                return *_inside(context, written), "Dockerfile"
    except OSError as error:
        raise fault(error, f"{source}:") from error
    if path.lstat().st_size > dockerfile.TEXT_BYTES:
        raise SubmissionError(
            f"{source}: neither an archive nor a Dockerfile; it is larger than {dockerfile.TEXT_BYTES:,} bytes",
            "hand in a folder, a Dockerfile, a zip, a tar or a tar.gz",
        )
    return context, _from_folder(path.parent.resolve(), context, limits, source, keep_git), path.name


def _inside(context: Path, written: tree.Tree) -> tuple[Path, tree.Tree]:
    kinds: Mapping[str, tree.Kind] = written.kinds
    while "Dockerfile" not in kinds:
        tops = [path for path in kinds if "/" not in path and path != ".DS_Store"]
        if len(tops) != 1 or kinds[tops[0]] != "folder":
            break
        context /= tops[0]
        start = tops[0] + "/"
        kinds = {path.removeprefix(start): kind for path, kind in kinds.items() if path.startswith(start)}
    return context, tree.Tree(kinds=dict(kinds), files=written.files, bytes=written.bytes)


def _missing(path: Path, source: str) -> SubmissionError:
    there = path.parent
    while not there.is_dir() and there != there.parent:
        there = there.parent
    wanted = path.relative_to(there).parts[0] if there != path else path.name
    with os.scandir(there) as found:
        near = difflib.get_close_matches(wanted, [entry.name for entry in islice(found, 2_000)], 3, 0.6)
    do = f"did you mean {_listed(there, near)}?" if near else f"the nearest folder is {names.shown(str(there))}"
    return SubmissionError(f"{source}: there is nothing of this name", do)


def _listed(there: Path, near: list[str]) -> str:
    return " or ".join(names.shown(str(there / name)) for name in near)
