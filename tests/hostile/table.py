"""The table: every case of every kind, in the order in which they are tried."""

from __future__ import annotations

from tests.hostile import archives, builds, contexts, odd, others, reports, running, texts
from tests.hostile.case import Case

CASES: tuple[Case, ...] = (
    *texts.CASES,
    *contexts.CASES,
    *archives.CASES,
    *reports.CASES,
    *builds.CASES,
    *others.CASES,
    *running.CASES,
    *odd.CASES,
)

QUICK: tuple[Case, ...] = tuple(case for case in CASES if case.needs == "engine" and not case.slow)
"""What is tried on an engine with each change."""
