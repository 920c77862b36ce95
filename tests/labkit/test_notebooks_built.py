"""The notebooks are what their sources give: byte for byte, without outputs."""

import json
from collections import Counter

import pytest

from labkit.needs import made_by
from scripts.build_notebooks import COURSE, notebook, wanted

SOURCES = sorted((COURSE / "lessons").glob("*.md"))
NAMES = [source.stem for source in SOURCES]


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_notebook_is_what_its_source_gives(name):
    path = COURSE / "notebooks" / f"{name}.ipynb"
    assert path.read_bytes() == wanted()[path], "run: python scripts/build_notebooks.py"


def test_no_notebook_is_without_a_source():
    assert {path.stem for path in (COURSE / "notebooks").glob("*.ipynb")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_cells_have_ids_of_their_own_and_no_outputs(name):
    cells = json.loads((COURSE / "notebooks" / f"{name}.ipynb").read_bytes())["cells"]
    assert max(Counter(cell["id"] for cell in cells).values()) == 1
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)


def test_an_edit_changes_the_id_of_its_own_cell_only():
    before = json.loads(notebook("# One\n\n```{code-cell}\n1\n```\n\n# Two\n"))["cells"]
    after = json.loads(notebook("# One\n\n```{code-cell}\n2\n```\n\n# Two\n"))["cells"]
    assert [one["id"] == two["id"] for one, two in zip(before, after, strict=True)] == [True, False, True]


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_checks_what_it_claims(name):
    cells = json.loads((COURSE / "notebooks" / f"{name}.ipynb").read_bytes())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    builds = sum(text.count("build(") for text in code)
    assert sum(text.count("assert ") for text in code) >= builds


@pytest.mark.parametrize("name", NAMES)
def test_every_predicted_answer_is_given_by_a_run(name):
    text = (COURSE / "lessons" / f"{name}.md").read_text("utf-8")
    assert text.count("guess = predict(") == text.count("guess.was(")


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("first = build('iam')", {"first"}),
        ("%%dockerfile iam/Dockerfile\nFROM x", {"iam/Dockerfile"}),
        ("%%writefile iam/.dockerignore\nx", {"iam/.dockerignore"}),
        ('fill_folder("iam", "02")\n!ls', {"iam"}),
        ("log = !docker logs x\nprint(log)", {"log"}),
        ("def f(x):\n    return x\na, b = 1, 2", {"f", "a", "b"}),
        ("!mkdir -p stages", {"stages"}),
        ("from pathlib import Path", {"Path"}),
    ],
)
def test_what_a_cell_makes(code, made):
    assert made <= made_by(code)
