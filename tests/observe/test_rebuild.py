"""A second build after an edit: the file is as before, and why the first step ran is told by what that step takes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader import dockerfile
from grader.model import Build, MissCause, NotObserved, Rebuild, SourceEdited, Step
from grader.observe import rebuild, sourceedited

BEFORE = "print(1)\n"
CONTENTS = (MissCause(kind="contents", path="app/main.py"),)


def bench(context: Path, text: str, *ran: int) -> Any:
    """A workbench whose engine runs the steps of these lines again, the file being another meanwhile."""
    (context / "app").mkdir()
    (context / "app/main.py").write_text(BEFORE)
    parsed = dockerfile.parse(text.encode())
    steps = tuple(
        Step(command=one.text, line=one.start, cached=one.start not in ran)
        for one in parsed.instructions
        if one.name != "FROM"
    )

    def build() -> Build:
        assert (context / "app/main.py").read_text() == BEFORE + "# edited a1\n"
        return Build(builder="buildkit", image="sha256:2", steps=steps)

    return SimpleNamespace(
        context=context,
        dockerfile=parsed,
        files={},
        submission=SimpleNamespace(dockerfile="Dockerfile"),
        nonce=lambda: "a1",
        rebuild=build,
    )


@pytest.mark.parametrize(
    ("text", "ran", "causes"),
    [
        ("FROM a\nCOPY . .\nRUN true\n", (2, 3), CONTENTS),
        ("FROM a\nCOPY r.txt .\nCOPY app /app\n", (3,), CONTENTS),
        ("FROM a\nRUN --mount=type=bind,target=/m true\n", (2,), CONTENTS),
        ("FROM a\nCOPY --from=b:1 app /app\n", (2,), ()),
        ("FROM a\nCOPY r.txt .\n", (2,), ()),
        ("FROM a\nCOPY . .\n", (), ()),
    ],
)
def test_an_edit(tmp_path: Path, text: str, ran: tuple[int, ...], causes: tuple[MissCause, ...]) -> None:
    here = bench(tmp_path, text, *ran)
    named, found = rebuild.see(here, Rebuild(edit="app/main.py")), sourceedited.see(here, SourceEdited())
    assert found.edit == "app/main.py"
    for seen in (named, found):
        assert (seen.first_miss.line if seen.first_miss else None) == (ran[0] if ran else None)
        assert seen.causes == causes
    assert (tmp_path / "app/main.py").read_text() == BEFORE


def test_a_file_that_is_not_there_cannot_be_edited(tmp_path: Path) -> None:
    with pytest.raises(NotObserved, match=r"there is no other\.py in the build context"):
        rebuild.see(bench(tmp_path, "FROM a\n"), Rebuild(edit="other.py"))
