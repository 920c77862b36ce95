"""What the engine's refusals are taken for: what was asked of it, or a fault of its own."""

from __future__ import annotations

import pytest
import requests
from docker.errors import APIError

from grader.engine.sdk import LOST, answers
from grader.errors import DrydockError, EngineError, UsageError

# Word for word from Docker Engine 26.1.5 with the containerd store.
GONE = (
    "parent snapshot sha256:997cc4579961eda49c0a462b6b85e4894a49decfbcaac761f59043a38b89c9bf does not exist: not found"
)


@pytest.mark.parametrize(
    ("status", "said", "kind", "begins"),
    [
        (404, GONE, EngineError, LOST),
        (500, GONE, EngineError, LOST),
        (404, "No such image: x", UsageError, "The engine refused: No such image"),
        (500, "it broke", EngineError, "The engine failed: it broke"),
    ],
)
def test_a_layer_that_the_engine_has_lost_is_its_own_fault(
    status: int, said: str, kind: type[DrydockError], begins: str
) -> None:
    response = requests.Response()
    response.status_code = status
    with pytest.raises(kind, match=begins.replace(".", r"\.")), answers():
        raise APIError("refused", response=response, explanation=said)
