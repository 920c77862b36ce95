"""Which line of the Dockerfile made which row of an image's history, for BuildKit and for the classic builder."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.model.dockerfile import Dockerfile, Instruction
from grader.model.image import HistoryRow

_CLASSIC = re.compile(r"#\(nop\)\s+([A-Z]+)\b")
_MAKE_LAYERS = frozenset({"ADD", "COPY", "RUN", "WORKDIR"})
_CELLS_MAX = 1_000_000


def lines_of_rows(
    history: Sequence[HistoryRow], dockerfile: Dockerfile, base_rows: int = 0, stage: int | None = None
) -> tuple[int | None, ...]:
    """For each row of `history` the line, counted from 1, of the instruction that made it, or None.

    `base_rows` is the length of the base image's own history; `stage` is the stage that was built (None: the last). The
    stages that it is FROM, one by one, count too. A row finds its instruction by order and keyword, and by its text
    where that leaves a choice; instructions without a row (FROM, and ONBUILD with BuildKit) and rows without an
    instruction (ONBUILD triggers of the base image, `--label`) are passed over.
    """
    built = [_keyword(row) for row in history[base_rows:]]
    texts = [" ".join(row.created_by.split()) for row in history[base_rows:]]
    chain = _chain(dockerfile, stage)
    lines = [None if at is None else chain[at].start for at in _aligned(built, texts, chain)]
    return (*(None for _ in history[:base_rows]), *lines)


def _keyword(row: HistoryRow) -> str:
    """The instruction that a row is from."""
    if row.comment.startswith("buildkit"):
        return row.created_by.partition(" ")[0].upper()
    found = _CLASSIC.search(row.created_by)
    if found is None or (not row.empty_layer and found[1] not in _MAKE_LAYERS):
        return "RUN"
    return found[1]


def _chain(dockerfile: Dockerfile, stage: int | None) -> list[Instruction]:
    """The instructions of a stage, after those of the stages that it is built on."""
    if not dockerfile.stages:
        return []
    named = {found.name.lower(): found for found in dockerfile.stages if found.name}
    wanted = dockerfile.stages[-1 if stage is None else stage]
    indexes = [wanted.index]
    while (below := named.get(wanted.base.lower())) is not None and below.index < wanted.index:
        indexes.insert(0, below.index)
        wanted = below
    return [
        instruction
        for index in indexes
        for instruction in dockerfile.instructions
        if instruction.stage == index and instruction.name != "FROM"
    ]


def _aligned(built: list[str], texts: list[str], chain: list[Instruction]) -> list[int | None]:
    """For each row the index of its instruction, by the longest common subsequence; the later row where rows tie."""
    if len(built) * len(chain) > _CELLS_MAX:
        return [None] * len(built)
    names = [instruction.name for instruction in chain]
    said = [_said(instruction) for instruction in chain]
    best = [[0] * (len(chain) + 1) for _ in range(len(built) + 1)]
    for row in range(len(built) - 1, -1, -1):
        for at in range(len(chain) - 1, -1, -1):
            value = max(best[row + 1][at], best[row][at + 1])
            if built[row] == names[at]:
                value = max(value, best[row + 1][at + 1] + _worth(said[at], texts[row]))
            best[row][at] = value
    lines: list[int | None] = []
    at = 0
    for row in range(len(built)):
        if best[row][at] == best[row + 1][at]:
            lines.append(None)
            continue
        while best[row][at] == best[row][at + 1]:
            at += 1
        lines.append(at)
        at += 1
    return lines


def _said(instruction: Instruction) -> str:
    """The instruction without keyword and flags, on one line."""
    words = instruction.text.split()[1:]
    while words and words[0].startswith("--"):
        words.pop(0)
    return " ".join(words)


def _worth(said: str, text: str) -> int:
    return 3 if said and said in text else 2
