"""Where a lesson says that each of its sections stands for itself, none needs what another one makes."""

import ast
import builtins
import re
from collections.abc import Iterator

import pytest

from labkit.needs import made_by, parameters
from labkit.places import lessons_in
from scripts.build_notebooks import COURSE

PROMISE = "Each section stands for itself"
SOURCES = {path.stem: path.read_text("utf-8") for path in lessons_in(COURSE / "lessons")}
PROMISED = [name for name, text in SOURCES.items() if PROMISE in text]
CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_CELLS = 6
GIVEN = {"_exit_code", "display"}


def needed(text: str) -> Iterator[str]:
    """What each section of a lesson uses and neither it nor the cells before the first one make: `section: name`."""
    head, *sections = re.split(r"^## (?=\d)", text, flags=re.MULTILINE)
    before = made(head)
    own = {section.splitlines()[0]: CELL.findall(section) for section in sections}
    for title, cells in own.items():
        others = set().union(*(made(one) for one in sections)) - made_in(cells) - before
        for code in cells:
            known = made_in(cells) | before | parameters(code) | set(dir(builtins)) | GIVEN
            yield from (f"{title}: {name}" for name in sorted(used(code) - known))
            yield from (f"{title}: {name}" for name in sorted(others) if names_file(name, code))
        images = re.findall(r"\blab\d\d/[\w-]+(?::[\w.-]+)?", "\n".join(cells))
        yield from (f"{title}: {image}" for image in images if not built(image, cells))


def made(text: str) -> set[str]:
    return made_in(CELL.findall(text))


def made_in(cells: list[str]) -> set[str]:
    """The names, files and folders that cells make, with the folder that a folder lies in."""
    found = set().union(*map(made_by, cells))
    return {name for name in found | {name.split("/")[0] for name in found} if name}


def names_file(name: str, code: str) -> bool:
    """Whether a cell uses the file or folder: as a context, as a path, or in a command."""
    path = re.escape(name)
    commands = "\n".join(line for line in code.splitlines() if line.lstrip().startswith("!"))
    given = rf"""(build\(\s*|serve\(\s*|Path\(\s*|\bbuilt\([^()]*, )f?["']{path}["'/]"""
    command = rf"(?<![\w./-]){path}(?![\w.-])"
    quoted = rf"""["']{path}["']"""
    return bool(re.search(given, code) or ("/" in name and (re.search(command, commands) or re.search(quoted, code))))


def used(code: str) -> set[str]:
    """The names that a cell reads, in its commands too."""
    if code.startswith("%%"):
        return set()
    commands = "\n".join(line for line in code.splitlines() if line.lstrip().startswith("!"))
    plain = re.sub(r"^\s*[!%].*$", "", code, flags=re.MULTILINE)
    nodes = ast.walk(ast.parse(re.sub(r"^(\s*\w+ = )!.*$", r"\1None", plain, flags=re.MULTILINE)))
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return names | set(re.findall(r"(?<!\{)\{(\w+)[}.\[]", commands))


def built(image: str, cells: list[str]) -> bool:
    """Whether something in these cells gives this name, or one of the same repository, to an image."""
    repository = re.escape(image.partition(":")[0])
    before = r"tag=f?['\"]|built\(f?['\"]|-t |release\(number, f?['\"]|docker tag \S+ |commit \S+ |image = f?['\"]"
    gives = f"(?:{before}){repository}"
    return any(re.search(gives, code) for code in cells)


@pytest.mark.parametrize("name", PROMISED)
def test_no_section_needs_another(name):
    assert list(needed(SOURCES[name])) == []


def test_lessons_promise_it():
    assert {"04-instructions", "05-best-practices"} <= set(PROMISED)


@pytest.mark.parametrize("name", SOURCES)
def test_a_section_has_no_more_cells_than_one_keeps_in_mind(name):
    many = {}
    for part in re.split(r"^(?=##+ )", SOURCES[name], flags=re.MULTILINE):
        heading, _, _ = part.partition("\n")
        many[heading] = len(CELL.findall(part))
    assert {heading: cells for heading, cells in many.items() if cells > MOST_CELLS} == {}


@pytest.mark.parametrize(
    ("first", "second", "missing"),
    [
        ("TEXT = 'x'", "print(TEXT)", "2. b: TEXT"),
        ("!mkdir -p site", "build('site')", "2. b: site"),
        ("%%writefile site/a\nx", "run('x', 'cat', 'site/a')", "2. b: site/a"),
        ("build(tag='lab04/a:1')", "run('lab04/a:1')", "2. b: lab04/a:1"),
        ("x = 1", "!echo {x.y}", "2. b: x"),
        ("x = 1", "x = 2\nprint(x)", None),
        ("import json", "def f(y):\n    return y", None),
    ],
)
def test_what_is_missing_is_found(first, second, missing):
    head = "```{code-cell}\nfrom labkit import build, run\n```\n\n"
    text = head + "".join(
        f"## {n}. {'ab'[n - 1]}\n\n```{{code-cell}}\n{code}\n```\n\n" for n, code in ((1, first), (2, second))
    )
    assert list(needed(text)) == ([missing] if missing else [])
