"""Observations on disk: JSON, with the version of its form."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.errors import InputError, UsageError
from grader.model import Observation
from grader.model.observation import OBSERVATION_SCHEMA
from grader.model.reading import from_json


class _Header(msgspec.Struct):
    schema: str = ""


def write(seen: Observation, file: Path) -> None:
    """Write an observation; a file that is there is replaced. Raises UsageError where that fails."""
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(seen), indent=1) + b"\n")
    except OSError as error:
        raise UsageError(f"{file}: the observation cannot be written: {error.strerror}", "name another file") from error


def read(file: Path) -> Observation:
    """Read an observation; raises InputError: the file, what is wrong, what was expected."""
    try:
        data = file.read_bytes()
        header = from_json(data, _Header)
        if header.schema != OBSERVATION_SCHEMA:
            raise InputError(
                f"{file}: its form is '{header.schema or 'unknown'}'; this Drydock reads '{OBSERVATION_SCHEMA}'",
                "grade the submission again to make a new one",
            )
        return from_json(data, Observation)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise InputError(
            f"{file}: is not an observation: {error}", "expected what check --observation wrote"
        ) from error
