"""The build context as it is listed: what .dockerignore leaves, by the rules of the Dockerfile's own one first."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.model import Context, ContextSeen, NotObserved
from grader.observe import context

FILES = {"Dockerfile": "FROM a\n", "app/main.py": "1", "app/.env": "key=1", "notes.md": "ab"}


def listed(folder: Path, dockerfile: str = "Dockerfile", **ignores: str) -> ContextSeen:
    for name, text in {**FILES, **ignores}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    bench: Any = SimpleNamespace(context=folder, submission=SimpleNamespace(dockerfile=dockerfile))
    return context.see(bench, Context())


def test_all_of_it(tmp_path: Path) -> None:
    assert listed(tmp_path) == ContextSeen(
        files={"Dockerfile": 7, "notes.md": 2, "app/.env": 5, "app/main.py": 1}, bytes=15
    )


@pytest.mark.parametrize(
    ("name", "dockerfile", "left"),
    [
        (".dockerignore", "Dockerfile", {"app/main.py", "notes.md"}),
        ("Dockerfile.dockerignore", "Dockerfile", {"app/main.py", "notes.md"}),
        ("Dockerfile.dockerignore", "other.Dockerfile", {"Dockerfile", "app/.env", "app/main.py", "notes.md"}),
    ],
)
def test_what_is_left(tmp_path: Path, name: str, dockerfile: str, left: set[str]) -> None:
    seen = listed(tmp_path, dockerfile, **{name: "**/.env\nDocker*\n.docker*\n"})
    assert set(seen.files) - {name} == left
    assert seen.bytes == sum(seen.files.values())


def test_its_own_ignore_file_goes_before_the_other(tmp_path: Path) -> None:
    seen = listed(tmp_path, **{".dockerignore": "*\n", "Dockerfile.dockerignore": "notes.md\n"})
    assert "app/main.py" in seen.files
    assert "notes.md" not in seen.files


def test_a_pattern_that_is_none_is_the_learners(tmp_path: Path) -> None:
    with pytest.raises(NotObserved) as refused:
        listed(tmp_path, **{".dockerignore": "a[\n"})
    assert not refused.value.machine
