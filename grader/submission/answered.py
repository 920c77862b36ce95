"""A file of answers: TOML, one key a question."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from grader.errors import SubmissionError


def read_answers(file: Path) -> dict[str, Any]:
    """The answers in `file` by the name of their question: texts, numbers, or lists of them.

    Raises SubmissionError where it is not TOML; its text is for the verdict on the file.
    """
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SubmissionError("the file of answers is not a text in UTF-8", "save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SubmissionError(f"the file of answers is not TOML: {error}", "texts stand in quotes") from error
