"""What hadolint and BuildKit's own build checks remark on a Dockerfile: facts, which cost no points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.engine.client import Engine
from grader.errors import MachineError
from grader.model import Build, EngineFacts, Remark, Remarks, Submission
from grader.remarks import buildkit, hadolint

MOST = 100
SECONDS = 15.0
"""BuildKit's checks may last, where they are asked for once more."""

__all__ = ["MOST", "remarks", "remarks_of"]


def remarks_of(
    build: Build, facts: EngineFacts | None, engine: Engine, submission: Submission, text: bytes, bases: tuple[str, ...]
) -> Remarks:
    """The remarks on what was built: the submission's Dockerfile with this `text`, from no image but `bases`."""

    def ask(without: bytes) -> tuple[Remark, ...]:
        return engine.build_checks(
            Path(submission.context), without, allowed_bases=bases, name=submission.dockerfile, seconds=SECONDS
        )

    return remarks(text, build, facts, ask)


def remarks(
    text: bytes,
    build: Build,
    engine: EngineFacts | None,
    ask: Callable[[bytes], tuple[Remark, ...]],
    program: str = "",
) -> Remarks:
    """The remarks on the Dockerfile `text`, in the order of its lines; at most MOST of each program.

    BuildKit's are those of `build`; where the text switches them with a `check` directive, `ask` runs BuildKit's checks
    on it without the directive. `program` is hadolint's path (empty: it is looked for). Never raises: a program that
    fails, is missing or takes too long is named in `missing`.
    """
    made: list[Remark] = []
    missing: list[str] = []
    sources: dict[str, Callable[[], tuple[Remark, ...]]] = {
        "BuildKit": lambda: buildkit.remarks(text, build, engine, ask),
        "hadolint": lambda: hadolint.remarks(text, program),
    }
    for name, get in sources.items():
        try:
            found = get()
        except MachineError as error:
            missing.append(f"{name}: {error.what}")
            continue
        made += found[:MOST]
        if len(found) > MOST:
            missing.append(f"{name}: {len(found) - MOST:,} more than the {MOST} that are kept")
    return Remarks(made=tuple(sorted(made, key=lambda one: one.line or 0)), missing=tuple(missing))
