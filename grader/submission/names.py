"""Names inside a submission: which can be taken, which are left out, which are refused."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from grader.report.inert import visible

PATH_BYTES = 1_000
NAME_BYTES = 255

_DRIVE = re.compile(r"[A-Za-z]:")
_UNPRINTABLE = {"Cc", "Zl", "Zp"}


def problem(path: str, *, archived: bool) -> str:
    """Why `path` cannot be taken into a submission (empty: it can).

    `archived` is stricter: a name in an archive can be anything, one in a folder is at least a name of that folder.
    """
    if archived:
        if path.startswith("/"):
            return "the name begins at the root of the file system"
        if _DRIVE.match(path):
            return "the name begins with a drive letter"
        if "\\" in path:
            return "the name has a backslash in it"
    parts = path.rstrip("/").split("/")
    if ".." in parts:
        return "the name leads out of the submission ('..')"
    if not all(parts) or "." in parts:
        return "the name has an empty part or '.' in it"
    return letters_problem(path) or _lengths(path, parts)


def target_problem(target: str) -> str:
    """Why a symbolic link cannot have this `target` (empty: it can, as far as its text goes)."""
    if not target or target.startswith("/"):
        return "only links to places inside the submission can be kept"
    return letters_problem(target) or ("the path is too long" if len(target.encode()) > PATH_BYTES else "")


def letters_problem(path: str) -> str:
    """Why a path with these letters cannot be taken (empty: it can)."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "the name is not UTF-8"
    if any(unicodedata.category(char) in _UNPRINTABLE for char in path):
        return "the name has a control character in it"
    return ""


def _lengths(path: str, parts: list[str]) -> str:
    if len(path.encode()) > PATH_BYTES:
        return f"the path is longer than {PATH_BYTES:,} bytes"
    if any(len(part.encode()) > NAME_BYTES for part in parts):
        return f"the name is longer than {NAME_BYTES} bytes"
    return ""


def left_out(name: str, *, keep_git: bool) -> bool:
    """Whether a file or folder of this name is never copied, wherever it lies.

    `.git`, because its configuration can name commands that Git and the builder's client run; `*.rego`, because newer
    clients take a policy that lies beside the Dockerfile for their own (measured, and read in buildx 0.31).
    """
    folded = name.casefold()
    return folded.endswith(".rego") or (folded == ".git" and not keep_git)


def folded(path: str) -> str:
    """What two paths share when a file system that ignores case cannot tell them apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def written(path: Path) -> str:
    """`path` as a text that can be written down: bytes of it that are not UTF-8 are written out."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def shown(path: str) -> str:
    """`path` for a message: on one line, harmless, not longer than a line or two."""
    text = visible(path).replace("\n", "\\x0a")
    return text if len(text) <= 120 else f"{text[:60]}…{text[-50:]}"
