"""What the checks of files' facts share: each file held against what was asked for, and the verdict on all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.checks._text import line_about
from grader.model import File, Files, Observation, Verdict, failed, passed


def followed(wanted: Mapping[str, str]) -> Files:
    """The probe for the files at these paths, links followed."""
    return Files(paths=tuple(wanted), follow=True)


def judged(
    seen: Observation,
    wanted: Mapping[str, str],
    objection: Callable[[File, str], str],
    *,
    has: str,
    preposition: str,
    hints: tuple[str, ...],
) -> Verdict:
    """The verdict on the files of `wanted` (path -> what was asked for); `objection` says what a file has instead.

    It says nothing of a file that is as it should be. `has` and `preposition` stand between a path and what it has.
    """
    found = seen.of(followed(wanted))
    wrong = []
    for path, value in wanted.items():
        file = found.at(path)
        said = f"there is no {path} in the image" if file is None else objection(file, value)
        if said:
            wrong.append((path, said, f"{path} {preposition} {value}"))
    if not wrong:
        return passed(", ".join(f"{path} {has} {value}" for path, value in wanted.items()))
    return failed(
        line=line_about(seen, wrong[0][0], found.at(wrong[0][0])),
        seen="\n".join(said for _, said, _ in wrong),
        expected=", ".join(expected for _, _, expected in wrong),
        hints=hints,
    )
