"""The flags that each instruction has, and those given (BuildKit v0.25.2, frontend/dockerfile/instructions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.dockerfile.nearest import nearest

_ONE, _SWITCH, _MANY = "a value", "true or false", "a value, more than once"
_COPYING = {"chown": _ONE, "chmod": _ONE, "link": _SWITCH, "exclude": _MANY}

FLAGS: Mapping[str, Mapping[str, str]] = {
    "ADD": {**_COPYING, "keep-git-dir": _SWITCH, "checksum": _ONE, "unpack": _SWITCH},
    "ARG": {"required": _SWITCH},
    "CMD": {},
    "COPY": {**_COPYING, "from": _ONE},
    "ENTRYPOINT": {},
    "ENV": {},
    "EXPOSE": {},
    "FROM": {"platform": _ONE},
    "HEALTHCHECK": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), _ONE),
    "LABEL": {},
    "MAINTAINER": {},
    "ONBUILD": {},
    "RUN": {"device": _MANY, "mount": _MANY, "network": _ONE},
    "SHELL": {},
    "STOPSIGNAL": {},
    "USER": {},
    "VOLUME": {},
    "WORKDIR": {},
}
"""Every instruction, with the flags it has."""

Values = Mapping[str, Sequence[str]]
"""The values of the flags given, by name."""


class RefusedError(Exception):
    """Why an instruction is refused, and in `do` what to do."""

    def __init__(self, reason: str, do: str = "") -> None:
        super().__init__(reason)
        self.do = do


def did_you_mean(word: str) -> str:
    """What to say where `word`, which may be empty, is the nearest that exists."""
    return f"Did you mean {word}?" if word else ""


def given(written: tuple[str, ...], known: Mapping[str, str]) -> Values:
    """The flags `written` (`--from=x`), by name. Raises RefusedError for one that is not among the `known`."""
    values: dict[str, list[str]] = {}
    for flag in written:
        name, equals, value = flag.removeprefix("--").partition("=")
        kind = known.get(name)
        if kind is None:
            close = nearest(name, known)
            has = ", ".join(f"--{flag}" for flag in known)
            raise RefusedError(
                f"unknown flag: --{name}",
                did_you_mean(f"--{close}") if close else f"It has {has}." if has else "This instruction has no flags.",
            )
        if name in values and kind is not _MANY:
            raise RefusedError(f"duplicate flag specified: --{name}")
        if kind is _SWITCH:
            if equals and not value:
                raise RefusedError(f"missing a value on flag: --{name}")
            if value.lower() not in ("", "true", "false"):
                raise RefusedError(f"expecting boolean value for flag --{name}, not: {value}")
        elif not equals:
            raise RefusedError(f"missing a value on flag: --{name}", f"Write --{name}=VALUE, without a space.")
        values.setdefault(name, []).append(value)
    return values
