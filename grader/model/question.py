"""What every question to an image has in common."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

SeenT = TypeVar("SeenT", covariant=True)


class Probe(msgspec.Struct, Generic[SeenT], frozen=True, kw_only=True):
    """A question; equal questions are asked once."""
