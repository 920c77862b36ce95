"""A file of answers: TOML, one key a question."""

from __future__ import annotations

import os
import re
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.errors import SubmissionError
from grader.model import Attached
from grader.submission import archive
from grader.submission.faults import fault

ATTACHED = ("manifest.json",)
BYTES = 64 * 1024
DOTS = 20
"""A key of so many parts is refused: reading one takes time that grows with their square."""

_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DEEP = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{DOTS}}}")


def attachments(folder: Path) -> dict[str, Attached]:
    """What lies in the folder of the answers and belongs to them, by its name.

    Raises SubmissionError where such a file is no ordinary one, or too large; MachineError for the machine's faults.
    """
    found = {}
    for name in ATTACHED:
        if not os.path.lexists(folder / name):
            continue
        try:
            with archive.opened(folder / name, source=name) as file:
                data = file.read(BYTES + 1)
        except OSError as error:
            raise fault(error, name, do="hand in the file itself, one that you may read") from error
        if len(data) > BYTES:
            raise SubmissionError(f"{name} has more than {BYTES:,} bytes", "hand in what the registry has")
        digests = tuple(f"sha256:{sha256(part).hexdigest()}" for part in dict.fromkeys((data, data.rstrip(b"\r\n"))))
        found[name] = Attached(text=data.decode("utf-8", "backslashreplace"), digests=digests)
    return found


def read_answers(file: Path) -> dict[str, Any]:
    """The answers in `file` by the name of their question: texts, numbers, or lists of them.

    Raises SubmissionError where it is not TOML; its text is for the verdict on the file.
    """
    do = "write each answer as in the file that you were given: name = value, with texts in quotes"
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionError("the file of answers is not a text in UTF-8", "save it as UTF-8") from error
    if deep := _DEEP.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise SubmissionError(f"the file of answers, line {line}: a name has more than {DOTS} parts", do)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits is a ValueError of Python's own.
        raise SubmissionError(f"the file of answers is not TOML: {error}", do) from error
