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


def bench(context: Path, text: str, *builds: tuple[int, ...]) -> Any:
    """A workbench whose engine runs the steps of these lines again, in each build, the file being another meanwhile."""
    (context / "app").mkdir()
    (context / "app/main.py").write_text(BEFORE)
    parsed = dockerfile.parse(text.encode())
    left = list(builds)

    def build() -> Build:
        assert (context / "app/main.py").read_text() == BEFORE + "# edited a1\n"
        ran = left.pop(0)
        steps = [one for one in parsed.instructions if one.name != "FROM"]
        made = (
            Step(command=one.text, stage=str(one.stage), line=one.start, cached=one.start not in ran) for one in steps
        )
        return Build(builder="buildkit", image="sha256:2", steps=tuple(made))

    return SimpleNamespace(
        context=context,
        dockerfile=parsed,
        files={},
        submission=SimpleNamespace(dockerfile="Dockerfile"),
        nonce=lambda: "a1",
        rebuild=build,
        left=left,
    )


@pytest.mark.parametrize(
    ("text", "ran", "causes"),
    [
        ("FROM a\nCOPY . .\nRUN true\n", (2, 3), CONTENTS),
        ("FROM a\nCOPY r.txt .\nCOPY app /app\n", (3,), CONTENTS),
        ("FROM a\nRUN --mount=type=bind,target=/m true\n", (2,), CONTENTS),
        ("FROM a\nCOPY --from=b:1 app /app\n", (2,), ()),
        ("FROM a\nCOPY . .\n", (), ()),
    ],
)
def test_an_edit(tmp_path: Path, text: str, ran: tuple[int, ...], causes: tuple[MissCause, ...]) -> None:
    here = bench(tmp_path, text, ran, ran)
    named, found = rebuild.see(here, Rebuild(edit="app/main.py")), sourceedited.see(here, SourceEdited())
    assert found.edit == "app/main.py"
    for seen in (named, found):
        assert (seen.first_miss.line if seen.first_miss else None) == (ran[0] if ran else None)
        assert seen.causes == causes
    assert (tmp_path / "app/main.py").read_text() == BEFORE


STAGES = "FROM a AS one\nCOPY r.txt .\nRUN true\nFROM a AS two\nCOPY --from=one /x /\nCOPY app /app\n"


@pytest.mark.parametrize(
    ("text", "builds", "line"),
    [
        # A step that takes no edited file ran, so the cache had lost it; what counts is the build after that.
        ("FROM a\nCOPY r.txt .\nCOPY app /app\n", [(2, 3), (3,)], 3),
        ("FROM a\nRUN true\nCOPY app /app\n", [(2, 3), (3,)], 3),
        (STAGES, [(2, 3, 5, 6), (6,)], 6),
        (STAGES, [(3, 5, 6), (6,)], 6),
        # It is tried once.
        ("FROM a\nRUN true\n", [(2,), (2,)], 2),
        # What another stage made can be the reason.
        (STAGES, [(5, 6)], 5),
        ("FROM a AS one\nCOPY . .\nFROM one\nRUN true\n", [(2, 4)], 2),
    ],
)
def test_what_the_cache_has_lost_is_no_reason(
    tmp_path: Path, text: str, builds: list[tuple[int, ...]], line: int
) -> None:
    here = bench(tmp_path, text, *builds)
    seen = rebuild.see(here, Rebuild(edit="app/main.py"))
    assert seen.first_miss is not None
    assert (seen.first_miss.line, here.left) == (line, [])


def test_a_file_that_is_not_there_cannot_be_edited(tmp_path: Path) -> None:
    with pytest.raises(NotObserved, match=r"there is no other\.py in the build context"):
        rebuild.see(bench(tmp_path, "FROM a\n"), Rebuild(edit="other.py"))
