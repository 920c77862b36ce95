"""nbgrader, loaded once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.classroom.commands import NbGrader


@pytest.fixture(scope="session")
def nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NbGrader]:
    """The command `nbgrader`."""
    started = NbGrader(tmp_path_factory.mktemp("nbgrader"))
    yield started
    started.close()
