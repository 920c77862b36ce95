"""What is found in the text of a Dockerfile while it is being written: nothing is built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypedDict

from grader import checks
from grader import dockerfile as dockerfiles
from grader.errors import DockerfileError, MachineError
from grader.judge import parameters
from grader.model import Dockerfile, Exercise, ExerciseCheck, NotObserved, Observation
from grader.remarks import hadolint

HADOLINT_SECONDS = 2.0
# Those of the checks that judge any Dockerfile by its text alone.
ANYWHERE = ("instructions_in_capitals", "base_image_pinned")


class Finding(TypedDict):
    """`error`: the builder refuses it; `lost`: a check would; `remark`: a tool's remark, which costs nothing."""

    line: int
    kind: Literal["error", "lost", "remark"]
    what: str
    do: str


def findings(text: str, exercise: Exercise | None = None) -> list[Finding]:
    """What the parser, the checks of texts (`exercise`'s, or any) and hadolint, where it is installed, find in `text`.

    In the order of the lines. A check that needs a build is not asked.
    """
    if not text.strip():
        return []
    data = text.encode()
    try:
        parsed = dockerfiles.parse(data)
    except DockerfileError as error:
        what = error.what.removeprefix(f"Dockerfile line {error.line}: ")
        return [{"line": max(error.line, 1), "kind": "error", "what": what, "do": error.do}]
    items = exercise.checks if exercise else tuple(ExerciseCheck(name=name, points=1) for name in ANYWHERE)
    found = list(_lost(parsed, items))
    covered = {rule for item in items for rule in checks.load(item.name).rules}
    found += _remarked(data, covered)
    return sorted(found, key=lambda one: one["line"])


def _lost(parsed: Dockerfile, items: tuple[ExerciseCheck, ...]) -> Iterator[Finding]:
    """What the checks say that need no build before them."""
    seen = Observation(exercise="", submission="", dockerfile=parsed)
    for item in items:
        check = checks.load(item.name)
        if check.needs or check.probes(parameters(item)):
            continue
        try:
            verdict = check.verdict(seen, parameters(item))
        except NotObserved:
            continue
        if verdict.status == "failed" and verdict.line:
            yield {"line": verdict.line, "kind": "lost", "what": verdict.seen, "do": f"expected: {verdict.expected}"}


def _remarked(data: bytes, covered: set[str]) -> Iterator[Finding]:
    """hadolint's remarks, without those on what a check has looked at."""
    try:
        made = hadolint.remarks(data, seconds=HADOLINT_SECONDS)
    except MachineError:
        return
    for one in made:
        if f"hadolint {one.rule}" not in covered and one.line:
            yield {"line": one.line, "kind": "remark", "what": f"{one.text} ({one.rule})", "do": ""}
