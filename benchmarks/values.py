"""What a benchmark gives: pairs of medians, the machine, and all of them together."""

from __future__ import annotations

import msgspec


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two things measured turn by turn; medians in `unit`, of `rounds` turns.

    `ratio` is the median of each turn's `ours / theirs`. The targets are upper bounds: `most_ratio` of the ratio,
    `most_ours` of `ours`, `most_over` of `ours - theirs`. None: there is no such target. `case` is the benchmark that
    measures it.
    """

    name: str
    ours: float
    theirs: float
    ratio: float
    rounds: int
    against: str
    unit: str = "s"
    case: str = ""
    most_ratio: float | None = None
    most_ours: float | None = None
    most_over: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether all its targets are met; None where it has none."""
        found = ((self.ratio, self.most_ratio), (self.ours, self.most_ours), (self.ours - self.theirs, self.most_over))
        asked = [(value, most) for value, most in found if most is not None]
        return all(value <= most for value, most in asked) if asked else None


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was measured; `load` is the load average over one minute before and after."""

    system: str
    processor: str
    processors: int
    memory_bytes: int
    python: str
    engine: str
    load: tuple[float, float]


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """All that was measured in one run; `peers` gives the versions, `missing` why a benchmark gave nothing."""

    machine: Machine
    peers: dict[str, str]
    commit: str
    quick: bool
    pairs: tuple[Pair, ...]
    missing: dict[str, str]
