"""Texts of strangers in every output that there is: seen, never obeyed, and cut where they are too long."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from grader.model import Build, BuildFailure, CheckResult, Report, Step
from grader.model.result import Result
from grader.report import exports
from tests.hostile.outputs import odd, outputs, steering
from tests.hostile.reports import TEXTS
from tests.programs import ROOT, command

LONG = "begins\n" + "x" * 3_000_000 + "\nends"
STRANGE = {
    **TEXTS,
    "lines": "\n".join(["one", *TEXTS.values()]),
    "a line for each order": "\n".join(f"  {text}" for text in TEXTS.values()),
    "folded": "y" * 57 + "::error::x " + "z" * 71 + "::add-mask::0",
}


def reported(text: str) -> Report:
    """A report in which everything that a stranger can write is `text`."""
    check = CheckResult(
        name="builds",
        status="failed",
        points=0,
        max_points=1,
        line=1,
        expected=text,
        seen=text,
        why=text,
        hints=(text,),
    )
    step = Step(command=text, line=1, output=text, error=text)
    failure = BuildFailure(cause="step", message=text, line=1, command=text, output=text)
    build = Build(builder="buildkit", image="", steps=(step,), failure=failure)
    return Report(
        exercise="02-first-dockerfile",
        status="failed",
        score=0,
        max_score=1,
        checks=(check,),
        build=build,
        submission=text,
        dockerfile=tuple(text.split("\n")),
    )


@pytest.mark.parametrize("name", STRANGE)
def test_no_output_of_ours_is_steered(name: str) -> None:
    text = STRANGE[name]
    for report in (reported(text), None):
        # The names of folders and archives are theirs, too.
        found = outputs(report, student=text, reason=text)
        assert [word for output, made in found.items() for word in steering(output, made)] == []


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("form", exports.names())
def test_no_export_is_steered(form: str, name: str) -> None:
    text = STRANGE[name]
    export = exports.load(form)
    for report, status in ((reported(text), "failed"), (None, "refused")):
        result = Result(
            student=text,
            same_as=text,
            about={"name": text, "login": text, "id": text, "email": text},
            exercise="02",
            status=status,
            score=0.0 if report else None,
            max_score=1,
            reason=text,
            comment=text,
            report=report,
        )
        made = (export.render(result) if export.render else export.render_class([result])).decode("utf-8-sig")
        assert steering(f"x{export.suffix}", made) == []
        if export.suffix == ".xml":
            ElementTree.fromstring(made)
        elif export.suffix == ".json":
            json.loads(made)


def test_a_long_text_is_cut_with_its_ends_in_every_output() -> None:
    found = outputs(reported(LONG), student="eve")
    found |= {f"{name}": _exported(name, reported(LONG)) for name in exports.names()}
    for name, text in found.items():
        assert len(text) < 400_000, name
        # Canvas takes points alone.
        if name != "canvas":
            assert "characters left out" in text, name
            assert "begins" in text, name
            assert "ends" in text, name


def _exported(name: str, report: Report) -> str:
    export = exports.load(name)
    result = Result(student="eve", exercise="02", status="failed", score=0.0, max_score=1, report=report, reason=LONG)
    return (export.render(result) if export.render else export.render_class([result])).decode("utf-8-sig")


def test_messages_of_the_program_are_inert(tmp_path: Path) -> None:
    place = tmp_path / "a\x1b[2J\u202e::error::x"
    place.mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command("check", "02", str(place)), env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert odd(done.stderr) == set()
    assert "a\\x1b[2J\\u202e\\x3a:error::x" in done.stderr
    assert msgspec.json.encode(done.stderr)
