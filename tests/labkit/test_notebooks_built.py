"""The notebooks are what their sources give: byte for byte, without outputs."""

import json
from collections import Counter

import pytest

from labkit.needs import made_by
from labkit.places import lessons_in
from scripts.build_notebooks import COURSE, notebook, wanted

NAMES = [source.stem for source in lessons_in(COURSE / "lessons")]


@pytest.mark.parametrize("path", sorted(wanted()), ids=lambda path: path.stem)
def test_the_committed_notebook_is_what_its_source_gives(path):
    assert path.read_bytes() == wanted()[path], "run: python -m scripts.build_notebooks"


def test_no_notebook_is_without_a_source():
    assert set((COURSE / "notebooks").glob("*.ipynb")) == set(wanted())


@pytest.mark.parametrize("name", NAMES)
def test_cells_have_ids_of_their_own_and_no_outputs(name):
    cells = json.loads((COURSE / "notebooks" / f"{name}.ipynb").read_bytes())["cells"]
    assert max(Counter(cell["id"] for cell in cells).values()) == 1
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)


def test_an_edit_changes_the_id_of_its_own_cell_only():
    before = json.loads(notebook("# One\n\n```{code-cell}\n1\n```\n\n# Two\n"))["cells"]
    after = json.loads(notebook("# One\n\n```{code-cell}\n2\n```\n\n# Two\n"))["cells"]
    assert [one["id"] == two["id"] for one, two in zip(before, after, strict=True)] == [True, False, True]


LESSON = """---
kernelspec:
  name: python3
  display_name: Python 3
---

# One

Some words.

```{code-cell}
:tags: [a]

one = 1
```

## Two

```{code-cell}
two = 2
```
"""
TRANSLATED = "# Yi\n\nJi ge zi.\n\n+++\n\n## Er\n"


def test_a_lesson_in_another_language_has_its_words_and_the_code_of_the_lesson(tmp_path):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons/01-one.md").write_text(LESSON)
    (tmp_path / "lessons/01-one.zh.md").write_text(TRANSLATED)
    made = {path.name: json.loads(data) for path, data in wanted(tmp_path).items()}
    assert list(made) == ["01-one.ipynb", "01-one.zh.ipynb"]
    one, other = (made[name]["cells"] for name in made)
    assert ["".join(cell["source"]) for cell in other] == ["# Yi\n\nJi ge zi.", "one = 1", "## Er", "two = 2"]
    assert [cell for cell in one if cell["cell_type"] == "code"] == [
        cell for cell in other if cell["cell_type"] == "code"
    ]
    assert made["01-one.zh.ipynb"]["metadata"] == made["01-one.ipynb"]["metadata"]


def test_a_translation_that_lacks_a_cell_is_told():
    with pytest.raises(ValueError, match="1 cells of prose, where the lesson has 2"):
        notebook(LESSON, "# Yi\n")


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
