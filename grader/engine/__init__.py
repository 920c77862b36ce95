"""The only package that talks to a daemon: finds or starts one, builds, runs, saves."""

from typing import TYPE_CHECKING, Any

from grader.engine.places import EngineAddress, EngineStatus, Places, PrivateSpec

if TYPE_CHECKING:
    from grader.engine.find import find_or_start
    from grader.engine.private import engine_names, remove, start, status, stop
    from grader.engine.provision import provide

_WHERE = {
    "engine_names": "private",
    "find_or_start": "find",
    "provide": "provision",
    "remove": "private",
    "start": "private",
    "status": "private",
    "stop": "private",
}

__all__ = [
    "EngineAddress",
    "EngineStatus",
    "Places",
    "PrivateSpec",
    "engine_names",
    "find_or_start",
    "provide",
    "remove",
    "start",
    "status",
    "stop",
]


def __getattr__(name: str) -> Any:
    """The public functions, imported when they are first asked for: most of the package needs none of them."""
    from importlib import import_module

    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"grader.engine.{_WHERE[name]}"), name)
