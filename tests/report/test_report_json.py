"""The JSON report: its contract, its schema, and that it can be read back."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from grader.errors import InputError
from grader.model import Report
from grader.report import as_json
from grader.report.inert import inert

DOCS = Path(__file__).parents[2] / "docs"
EMPTY = Report(exercise="x", status="not_judged", score=0, max_score=0, checks=())


def test_schema_is_the_one_in_docs():
    assert json.loads((DOCS / "report.schema.json").read_text()) == as_json.schema()


def test_every_key_is_documented():
    text = (DOCS / "report.md").read_text()
    keys = {key for each in as_json.schema()["$defs"].values() for key in each["properties"]}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_examples_are_valid_and_read_back(usual, stopped):
    jsonschema.Draft202012Validator.check_schema(as_json.schema())
    for report in (usual, stopped, EMPTY):
        data = as_json.render(report)
        jsonschema.validate(json.loads(data), as_json.schema())
        assert as_json.read(data) == inert(report)
        assert as_json.render(as_json.read(data)) == data


@pytest.mark.parametrize(
    "change",
    [{"schema": "drydock.report/2"}, {"status": "nearly"}, {"score": "7"}, {"checks": None}, {"image_bytes": 1.5}],
)
def test_schema_refuses(usual, change):
    plain = json.loads(as_json.render(usual)) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, as_json.schema())


def test_a_missing_key_is_refused_by_the_schema(usual):
    plain = json.loads(as_json.render(usual))
    del plain["build"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, as_json.schema())


def test_keys_and_numbers(usual):
    text = as_json.render(usual).decode()
    assert list(json.loads(text))[:7] == ["schema", "exercise", "title", "submission", "status", "score", "max_score"]
    assert '"score": 3,' in text
    assert '"max_score": 9.5,' in text
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"schema": "drydock.report/9"}', "a report of the schema 'drydock.report/9'; this version reads"),
        (b"{}", "a report of the schema ''"),
        (b'{"schema": "drydock.report/1"}', "not a report: Object missing required field"),
        (b"nonsense", "not a report"),
        (b"\xff\xfe", "not a report"),
        (b"[]", "not a report"),
    ],
)
def test_what_cannot_be_read(data, said):
    with pytest.raises(InputError, match=said.replace("(", "\\(")) as caught:
        as_json.read(data)
    assert caught.value.do


def test_unknown_keys_are_passed_over(usual):
    plain = json.loads(as_json.render(usual)) | {"colour": "blue"}
    assert as_json.read(msgspec.json.encode(plain)) == inert(usual)
