"""A report as JSON, for machines: the contract is docs/report.md, its schema docs/report.schema.json."""

from __future__ import annotations

from typing import Any

import msgspec

from grader.errors import InputError
from grader.model import Report
from grader.model.reading import from_json
from grader.model.report import REPORT_SCHEMA
from grader.report.inert import inert

DRAFT = "https://json-schema.org/draft/2020-12/schema"


class _Version(msgspec.Struct):
    schema: str = ""


def render(report: Report) -> bytes:
    """`report` as UTF-8 JSON, indented by two, keys in the order of the model, ended by a line end.

    Every key is there; what is not known is null. Whole numbers have no fraction. Texts are inert, and at most 20,000
    characters long.
    """
    plain = _whole(msgspec.to_builtins(inert(report)))
    return msgspec.json.format(msgspec.json.encode(plain), indent=2) + b"\n"


def read(data: bytes) -> Report:
    """The report that `render` wrote; unknown keys are passed over.

    Raises InputError for what is no JSON, no report, or a report of another schema version.
    """
    try:
        version = from_json(data, _Version).schema
        if version != REPORT_SCHEMA:
            raise InputError(
                f"a report of the schema {version[:60]!r}; this version reads {REPORT_SCHEMA}",
                "grade again, or read it with the version of Drydock that wrote it",
            )
        return from_json(data, Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not a report: {error}", "a report is what 'drydock check --json' writes") from error


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `render` writes, made from the model."""
    made = msgspec.json.schema(Report)
    for each in made["$defs"].values():
        each["required"] = list(each["properties"])
        for value in each["properties"].values():
            value.pop("default", None)
    made["$defs"]["Report"]["properties"]["schema"] = {"const": REPORT_SCHEMA}
    return {"$schema": DRAFT, "title": REPORT_SCHEMA, **made}


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value
