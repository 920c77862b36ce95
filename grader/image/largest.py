"""The largest of many items, in bounded memory."""

from __future__ import annotations

from heapq import heappush, heappushpop
from typing import Generic, TypeVar

T = TypeVar("T")


class Largest(Generic[T]):
    """The `limit` largest of many items by (weight, size), and how many there were."""

    def __init__(self, limit: int) -> None:
        self.total = 0
        self._limit = limit
        self._heap: list[tuple[int, int, int, T]] = []

    def takes(self, weight: int, size: int) -> bool:
        """Count one item, and say whether it is worth an `add`; of equals the earlier stays."""
        self.total += 1
        return len(self._heap) < self._limit or (weight, size) > self._heap[0][:2]

    def add(self, weight: int, size: int, item: T) -> None:
        """Put in an item that `takes` has just counted."""
        row = (weight, size, -self.total, item)
        if len(self._heap) < self._limit:
            heappush(self._heap, row)
        else:
            heappushpop(self._heap, row)

    def items(self) -> tuple[T, ...]:
        """The items, largest first."""
        return tuple(row[3] for row in sorted(self._heap, key=lambda row: row[:3], reverse=True))
