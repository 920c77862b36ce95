"""What other programs remark on a Dockerfile: no verdict, no points."""

from __future__ import annotations

import msgspec


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One remark: `source` is the program that made it (`hadolint`, `buildkit`), `rule` its name for it, `line` where.

    In a report `check` names the check of Drydock's own that looks at the same, or is empty.
    """

    source: str
    rule: str
    text: str
    line: int | None = None
    check: str = ""


class Remarks(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, and for each program that could not be heard why not."""

    made: tuple[Remark, ...] = ()
    missing: tuple[str, ...] = ()
