"""The base images of the course: pulled where a registry answers, built from Debian packages where none does."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.engine.bases.bundle import load, save
    from grader.engine.bases.catalog import CATALOG, Base, find
    from grader.engine.bases.supply import BaseStatus, ensure, status

_WHERE = {
    "BaseStatus": "supply",
    "CATALOG": "catalog",
    "Base": "catalog",
    "ensure": "supply",
    "find": "catalog",
    "load": "bundle",
    "save": "bundle",
    "status": "supply",
}

__all__ = ["CATALOG", "Base", "BaseStatus", "ensure", "find", "load", "save", "status"]


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for."""
    from importlib import import_module

    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"grader.engine.bases.{_WHERE[name]}"), name)
