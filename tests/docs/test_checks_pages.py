"""The pages of the checks: docs/checks.md is what is generated, `explain` shows the same, and no page lacks a part."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader import checks
from grader.checks import HEADINGS
from grader.cli import parser
from grader.course.pages import Page, as_markdown, page, pages
from grader.model import Params
from scripts import write_checks

DOCS = Path(__file__).parents[2] / "docs"


def explained(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    arguments = parser("explain").parse_args(["explain", *([name] if name else [])])
    assert arguments.run(arguments) == 0
    return " ".join(capsys.readouterr().out.split())


def test_the_file_is_what_is_generated() -> None:
    assert (DOCS / "checks.md").read_text("utf-8") == write_checks.text(), "run: python -m scripts.write_checks"


@pytest.mark.parametrize("one", pages(()), ids=lambda one: one.name)
def test_every_page_is_whole(one: Page) -> None:
    assert tuple(one.sections) == HEADINGS
    assert all(one.sections.values())
    assert one.title.endswith(".")
    assert [each.name for each in one.parameters if not each.meaning] == []
    assert set(one.needs) <= set(checks.names())
    assert [rule for rule in one.rules if not re.fullmatch(r"hadolint [DS][LC]\d{4}|buildkit [A-Z]\w+", rule)] == []


def test_a_rule_of_another_tool_belongs_to_one_check() -> None:
    rules = [rule for check in checks.load_all().values() for rule in check.rules]
    assert len(rules) >= 15
    assert sorted(rules) == sorted(set(rules))


@pytest.mark.parametrize("name", checks.names())
def test_explain_says_all_of_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(name, capsys)
    one = page(checks.load(name))
    texts = [one.title, *one.sections.values(), *one.needs, *(each.name for each in one.parameters)]
    assert [text for text in texts if " ".join(text.split()) not in said] == []


def test_explain_without_a_name_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    said = explained("", capsys)
    assert [check.title for check in checks.load_all().values() if check.title not in said] == []


@pytest.mark.parametrize("written", ["Answers-HTTP", "answers http", "answers_http"])
def test_explain_takes_the_name_as_people_write_it(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(written, capsys).startswith("answers_http The container answers over HTTP.")


class Base(Params, frozen=True, kw_only=True):
    port: int  # where it listens
    quick: bool = False  # a | b


class Parameters(Base, frozen=True, kw_only=True):
    names: tuple[str, ...] = ()  # which ones
    modes: dict[str, str]  # by path
    pairs: tuple[tuple[str, int], ...] = ()  # path, bytes


def test_parameters_with_their_types_and_meanings() -> None:
    made = checks.Check(
        name="made",
        practice="cache",
        needs=(),
        judge=lambda _: 1,
        ask=lambda _: (),
        parameters=Parameters,
        page="Made.",
    )
    one = page(made, ["05-x"])
    assert [(each.name, each.kind, each.default, each.meaning) for each in one.parameters] == [
        ("port", "whole number", "has to be given", "where it listens"),
        ("quick", "true or false", "false", "a | b"),
        ("names", "list of texts", "[]", "which ones"),
        ("modes", "table of texts by name", "has to be given", "by path"),
        ("pairs", "list of lists of text and whole number", "[]", "path, bytes"),
    ]
    text = as_markdown([one])
    assert "| `quick` | true or false | `false` | a \\| b |" in text
    assert "| cache: what stays the same first, what changes last | [made](#made) |" in text
    assert "[05-x](../exercises/05-x/task.md)" in text
