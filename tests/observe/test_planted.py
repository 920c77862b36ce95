"""What is planted in a build context."""

import pytest

from grader.observe.planted import _contents


@pytest.mark.parametrize("size", [0, 40, 5000])
def test_no_two_files_hold_the_same(size: int) -> None:
    one, other = _contents("a1", size), _contents("b2", size)
    assert one != other
    assert len(one) == max(size, len("planted-a1\n"))
