"""The base images of the course: pulled where a registry answers, built from Debian packages where none does.

`catalog` says which there are, `ensure` has one there, `save` and `load` carry them to a room without network.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.engine.bases.bundle import load, save

__all__ = ["load", "save"]


def __getattr__(name: str) -> Any:
    """The public functions, imported when they are first asked for."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("grader.engine.bases.bundle"), name)
