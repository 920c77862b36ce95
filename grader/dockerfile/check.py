"""What BuildKit refuses in an instruction that it could read (v0.25.2, frontend/dockerfile/instructions)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping

from grader.dockerfile.duration import interval
from grader.dockerfile.expansion import ExpansionError
from grader.dockerfile.flags import FLAGS, RefusedError, Values, did_you_mean, given
from grader.dockerfile.nearest import nearest
from grader.dockerfile.reader import heredoc
from grader.dockerfile.text import failure
from grader.dockerfile.words import quoted
from grader.errors import DockerfileError
from grader.model.dockerfile import Instruction

_TRUTHS = frozenset(["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"])


def check(instructions: list[Instruction]) -> None:
    """Raises DockerfileError for the first instruction that BuildKit refuses before anything is built."""
    for instruction in instructions:
        name = instruction.name
        try:
            _check(name, instruction)
        except RefusedError as refused:
            raise failure(str(refused), instruction.start, refused.do) from None
        if instruction.stage < 0 and name != "ARG":
            raise failure(
                "no build stage in current context", instruction.start, "Only ARG may stand before the first FROM."
            )
    if instructions[-1].stage < 0:
        raise DockerfileError(
            "dockerfile contains no stages to build", instructions[-1].end, "Add FROM and the image to build on."
        )


def _check(name: str, instruction: Instruction) -> None:
    known = FLAGS.get(name)
    if known is None:
        raise RefusedError(f"unknown instruction: {instruction.keyword}", did_you_mean(nearest(name, FLAGS)))
    if before := _BEFORE_FLAGS.get(name):
        before(instruction)
    if name == "STOPSIGNAL" or (name == "HEALTHCHECK" and instruction.arguments[0].upper() == "NONE"):
        return
    values = given(instruction.flags, known) if instruction.flags else {}
    if after := _AFTER_FLAGS.get(name):
        after(instruction, values)


def _some(instruction: Instruction) -> None:
    if not instruction.arguments and not instruction.trigger:
        raise RefusedError(f"{instruction.name} requires at least one argument")


def _exactly_one(instruction: Instruction) -> None:
    if len(instruction.arguments) != 1:
        raise RefusedError(f"{instruction.name} requires exactly one argument")


def _two(instruction: Instruction) -> None:
    if len(instruction.arguments) < 2:
        raise RefusedError(
            f"{instruction.name} requires at least two arguments, but only one was provided. "
            "Destination could not be determined"
        )


def _stage_name(instruction: Instruction) -> None:
    arguments = instruction.arguments
    if len(arguments) == 3 and arguments[1].lower() == "as":
        if not re.fullmatch(r"[a-z][a-z0-9\-_.]*", arguments[2].lower()):
            raise RefusedError(
                f"invalid name for build stage: {quoted(arguments[2])}, "
                "name can't start with a number or contain symbols"
            )
    elif len(arguments) != 1:
        raise RefusedError("FROM requires either one or three arguments", "Write FROM IMAGE or FROM IMAGE AS NAME.")


def _health(instruction: Instruction) -> None:
    _some(instruction)
    if instruction.arguments[0].upper() == "NONE" and len(instruction.arguments) > 1:
        raise RefusedError("HEALTHCHECK NONE takes no arguments")


def _named(instruction: Instruction, _: Values) -> None:
    names = instruction.arguments[::3]
    if not names:
        raise RefusedError(f"{instruction.name} requires at least one argument")
    if not all(names):
        raise RefusedError(f"{instruction.name} names can not be blank")


def _argument_names(instruction: Instruction, _: Values) -> None:
    if any(argument.startswith("=") for argument in instruction.arguments):
        raise RefusedError("ARG names can not be blank")


def _no_heredoc_last(instruction: Instruction, _: Values) -> None:
    try:
        last = heredoc(instruction.arguments[-1])
    except ExpansionError:
        return
    if last:
        raise RefusedError(f"{instruction.name} cannot accept a heredoc as a destination")


def _trigger(instruction: Instruction, _: Values) -> None:
    kept = instruction.trigger.name if instruction.trigger else ""
    if kept == "ONBUILD":
        raise RefusedError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    if kept in ("MAINTAINER", "FROM"):
        raise RefusedError(f"{kept} isn't allowed as an ONBUILD trigger")


def _run(_: Instruction, values: Values) -> None:
    for device in values.get("device", ()):
        _device(_fields(device, "devices"))
    for mount in values.get("mount", ()):
        for field in _fields(mount, "mounts"):
            key, _equals, value = field.partition("=")
            if key.lower() == "from" and re.search(r"\$.", value):
                raise RefusedError("'from' doesn't support variable expansion, define alias stage instead")
    for network in values.get("network", ()):
        if network not in ("default", "none", "host"):
            raise RefusedError(f"invalid network mode {quoted(network)}", "It is default, none or host.")


def _fields(value: str, what: str) -> list[str]:
    if '"' not in value:
        return value.split(",")
    bare = value.index('"')
    if bare and value[bare - 1] != ",":
        raise RefusedError(
            f'failed to parse csv {what}: parse error on line 1, column {bare + 1}: bare " in non-quoted-field'
        )
    try:
        return next(csv.reader([value], strict=True))
    except csv.Error as error:
        raise RefusedError(f"failed to parse csv {what}: {error}") from None


def _device(fields: list[str]) -> None:
    name = ""
    for field in fields:
        key, equals, value = field.partition("=")
        if key.lower() == "required":
            if equals and value not in (
                "1",
                "t",
                "T",
                "TRUE",
                "true",
                "True",
                "0",
                "f",
                "F",
                "FALSE",
                "false",
                "False",
            ):
                raise RefusedError(f"invalid value for {key.lower()}: {value}")
        elif equals and key.lower() == "name":
            if name:
                raise RefusedError(f"device name already set to {name}")
            name = value
        elif not name:
            name = field
        elif equals:
            raise RefusedError(
                f"unexpected key '{key.lower()}' in '{field}'", did_you_mean(nearest(key, ("name", "required")))
            )
        else:
            raise RefusedError(f"invalid field '{field}' must be a key=value pair")


def _shell(instruction: Instruction, _: Values) -> None:
    _some(instruction)
    if not instruction.json:
        raise RefusedError(
            "SHELL requires the arguments to be in JSON form", 'Write SHELL ["/bin/sh", "-c"], with double quotes.'
        )


def _volumes(instruction: Instruction, _: Values) -> None:
    if not all(argument.strip() for argument in instruction.arguments):
        raise RefusedError("VOLUME specified can not be an empty string")


def _health_command(instruction: Instruction, values: Values) -> None:
    kind, *command = instruction.arguments
    if kind.upper() != "CMD":
        raise RefusedError(f"Unknown type {quoted(kind.upper())} in HEALTHCHECK (try CMD)")
    if not command:
        raise RefusedError("Missing command after HEALTHCHECK CMD")
    for name in ("interval", "timeout", "start-period", "start-interval"):
        for value in values.get(name, ()):
            if reason := interval(name, value):
                raise RefusedError(reason, "Write it as 500ms, 30s or 1m30s.")
    for value in values.get("retries", ()):
        if value and not re.fullmatch(r"[+-]?[0-9]+", value):
            raise RefusedError(f"strconv.ParseInt: parsing {quoted(value)}: invalid syntax", "Write a whole number.")
        number = int(value or 0) if len(value) < 20 else 2**31
        if not -(2**31) <= number < 2**31:
            raise RefusedError(f"strconv.ParseInt: parsing {quoted(value)}: value out of range")
        if number < 0:
            raise RefusedError(f"--retries cannot be negative ({number})")


_BEFORE_FLAGS: Mapping[str, Callable[[Instruction], None]] = {
    "ADD": _two,
    "ARG": _some,
    "COPY": _two,
    "EXPOSE": _some,
    "FROM": _stage_name,
    "HEALTHCHECK": _health,
    "MAINTAINER": _exactly_one,
    "ONBUILD": _some,
    "STOPSIGNAL": _exactly_one,
    "USER": _exactly_one,
    "VOLUME": _some,
    "WORKDIR": _exactly_one,
}

_AFTER_FLAGS: Mapping[str, Callable[[Instruction, Values], None]] = {
    "ADD": _no_heredoc_last,
    "ARG": _argument_names,
    "COPY": _no_heredoc_last,
    "ENV": _named,
    "HEALTHCHECK": _health_command,
    "LABEL": _named,
    "ONBUILD": _trigger,
    "RUN": _run,
    "SHELL": _shell,
    "VOLUME": _volumes,
}
