"""Why a build failed, sorted from what the builder said: the learner's fault as a value, the machine's as an error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, cast

import msgspec

from grader.engine import sayings
from grader.engine.met import NOTHING, Met
from grader.engine.near import near_names
from grader.engine.room import RUN, Room
from grader.errors import EngineError
from grader.model.build import PRINTED_LAST, BuildFailure, FailureCause, Step
from grader.model.dockerfile import Dockerfile

Ended = Literal["time", "cancelled", "stopped"]

SHOWN_OUTPUT = 2000
# The exit code of a program that wrote a file larger than it may: 128 + SIGXFSZ.
TOO_LARGE = 153
# That of one that was killed: 128 + SIGKILL.
KILLED = 137


class Why(Protocol):
    """Makes a failure that has its line."""

    def __call__(
        self, cause: FailureCause, text: str, *, command: str = "", exit_code: int | None = None, output: str = ""
    ) -> BuildFailure: ...


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a failed build: the builder's last words, the vertex that failed and its error, and its step.

    `base` is the image of the FROM that failed, where that is known; `allowed` names the images that may be used;
    `room` is what is left on the engine's disk.
    """

    text: str
    error: str = ""
    step: Step | None = None
    context: Path | None = None
    room: Room = Room()
    base: str = ""
    allowed: tuple[str, ...] = ()
    lines: Dockerfile | None = None
    met: Met = NOTHING


def failure(said: Said) -> BuildFailure:
    """The failure that `said` tells of.

    Raises EngineError when the engine died, is set up wrongly, or says something unknown, and DiskFullError when a disk
    that is not the build's own is full: those are the machine's fault.
    """
    found = sayings.ERROR.search(said.text)
    message = (found[1] if found else said.text).strip()
    while message != (shorter := sayings.NOISE.sub("", message)):
        message = shorter
    place = sayings.PLACE.search(said.text)
    line = int(place[1]) if place else (said.step.line if said.step else None)
    command = said.step.command if said.step else ""

    def why(
        cause: FailureCause, text: str, *, command: str = command, exit_code: int | None = None, output: str = ""
    ) -> BuildFailure:
        text = f"Line {line}: {text}" if line else text[:1].upper() + text[1:]
        return BuildFailure(cause=cause, message=text, line=line, command=command, exit_code=exit_code, output=output)

    if step := sayings.STEP.search(message) or sayings.STEP.search(said.error):
        return _step_failure(step, said, why)
    if said.step and said.error and place and _first_word(command).upper() == "ADD" and sayings.CUT.search(said.error):
        return why("context", f"the archive that ADD unpacks is damaged: {_short(said.error)}.")
    if sayings.DEAD.search(message):
        raise EngineError(
            f"The engine stopped answering in the middle of a build. It said: {_short(message)}", "Try again."
        )
    if sayings.NO_BUILDX.search(message):
        raise EngineError(
            "The Docker client has no buildx, which builds with BuildKit.",
            "Install the package docker-buildx (or docker-buildx-plugin), or use the classic builder.",
        )
    if sayings.WRONG_ENGINE.search(message):
        raise EngineError(f"The engine is not set up for this build. It said: {_short(message)}")
    if sayings.NO_SPACE in message.lower() or "ResourceExhausted" in message:
        if said.room.at_fault:
            raise said.room.error(f"The engine said: …{message[-160:]}")
        return why("disk", f"the build {said.met.words() or 'filled the whole disk that it has'}.")
    if sayings.SYNTAX.search(said.text) and (sayings.DENIED.search(message) or sayings.BASE.search(message)):
        return why(
            "base_image", "'# syntax=' asks for an image that is not here. Leave the line out: it is not needed."
        )
    if denied := sayings.DENIED.search(message):
        source = denied["source"] or denied["other"]
        line = line or _line_of(source, said.lines)
        return why("not_permitted", _not_permitted(source, said.allowed))
    if absent := sayings.ABSENT.search(message) or sayings.ABSENT.search(said.error):
        return why("context", _absent(next((g for g in absent.groups() if g), ""), said))
    if base := sayings.BASE.search(message):
        platform = " for the platform that FROM asks for" if sayings.PLATFORM.search(said.text) else ""
        return why("base_image", _base(base["image"], message, platform))
    if said.base:
        return why("base_image", _base(said.base, message))
    if fetch := sayings.FETCH.search(message):
        return why(
            "context",
            f"the address {fetch['address']} cannot be fetched: {_short(fetch['why'])}. A build here has no network.",
        )
    if parse := sayings.PARSE.search(message):
        line = line or (int(parse["line"]) if parse["line"] else None)
        return why("syntax", f"{_short(parse['what'])}.")
    if "max depth exceeded" in message:
        return why("step", "the image has more layers than an engine can stack. Join RUN instructions.")
    if sayings.ODD.search(message):
        return why("context", f"the builder cannot read what it was given: {_short(message)}.")
    if "no build stage in current context" in message.lower():
        return why("syntax", "a Dockerfile begins with FROM, and there is none before this instruction.")
    if sayings.EMPTY.search(message):
        return why("syntax", "the Dockerfile is empty.")
    if sayings.BLANK.search(message):
        return why("syntax", f"{_short(message)}.")
    if place:
        return why("step" if said.step else "syntax", f"{_short(message)}.")
    if said.step and (unstarted := sayings.UNSTARTED.search(message)):
        return why("step", f"the command '{_first_line(command)}' could not be started: {_short(unstarted[1])}.")
    if said.step and said.error:
        return why("step", f"{_first_word(command)} failed: {_short(said.error)}.")
    if sayings.IGNORE.search(message):
        return why(
            "context",
            f".dockerignore has a line that is no pattern ({_short(message)}): a [ needs its ], a backslash or a ! has"
            " something after it, and folders are parted with /.",
        )
    raise EngineError(f"The build ended in a way that Drydock does not know. The engine said: {_short(message)}")


def ended_by_us(
    ended: Ended, *, seconds: float, characters: int, steps: Sequence[Step], met: Met = NOTHING
) -> BuildFailure:
    """The failure of a build that was ended from here: at its time limit, on demand, or because it printed too much.

    One that came to its time limit because it had `met` another limit is told that one too.
    """
    step = next((step for step in reversed(steps) if not step.cached), None)
    during = f" It was at '{_first_line(step.command)}'." if step else ""
    cause, text = {
        "time": ("time", f"The build was ended after {seconds:g} s, the time that it has.{during}"),
        "stopped": ("output", f"The build was ended because it printed more than {characters:,} bytes.{during}"),
        "cancelled": ("cancelled", "The build was cancelled."),
    }[ended]
    if ended == "time" and (limit := met.cause()):
        cause, text = limit, f"{text} Before that it {met.words()}."
    return BuildFailure(
        cause=cast("FailureCause", cause),
        message=text,
        line=step.line if step else None,
        command=step.command if step else "",
        output=step.output[-SHOWN_OUTPUT:] if step else "",
    )


def _step_failure(found: re.Match[str], said: Said, why: Why) -> BuildFailure:
    code = next((int(found[name]) for name in ("code", "code2") if found[name]), None)
    # Where the control groups are of version 2, BuildKit sees that the step's group had a process killed.
    if out_of_memory := code is None and (found["why"] or "").strip().lower() == sayings.OUT_OF_MEMORY:
        code = KILLED
    output = (said.step.output if said.step else "")[-SHOWN_OUTPUT:]
    command = said.step.command if said.step else f"RUN {found['command'] or found['command2']}"
    about = f"the command '{_first_line(command)}' "
    cause: FailureCause = "step"
    no_space = sayings.NO_SPACE in f"{output}{found['why'] or ''}".lower()
    if code != TOO_LARGE and ((no_space and said.room.at_fault) or said.room.short_of(RUN)):
        where = f" of line {said.step.line}" if said.step and said.step.line else ""
        raise said.room.error(f"That ended the command '{_first_line(command)}'{where}.")
    if (unable := sayings.NOT_RUN.fullmatch(output)) and sayings.UNABLE.search(unable[1]) and not said.met.cause():
        raise EngineError(
            f"The command '{_first_line(command)}' could not be started: {_short(unable[1])}.", "Try again."
        )
    if code is None:
        text = f"{about}could not be started: {_short(found['why'] or '')}."
    elif unstarted := sayings.UNSTARTED.search(output):
        text = f"{about}could not be started: {_short(unstarted[1])}."
        return why("step", text, command=command, exit_code=code)
    elif code == TOO_LARGE or sayings.TOO_LARGE in output.lower():
        cause, text = "disk", f"{about}wrote a larger file than a build may (exit code {code})."
    elif limit := said.met.cause():
        cause, text = limit, f"{about}{said.met.words()} (exit code {code})."
    elif out_of_memory:
        cause, text = "memory", f"{about}was killed (exit code {code}): there was not enough memory for it."
    elif no_space:
        cause, text = "disk", f"{about}wrote more than a build may (exit code {code})."
    elif code == KILLED and said.met.seal:
        text = f"{about}was killed by a signal (exit code 137); it had not used more memory than a build may."
    elif code == KILLED:
        text = f"{about}was killed (exit code 137): it used more memory than a build may, or a signal ended it."
    elif code == 127:
        text = f"{about}failed: a program it names is not there (exit code 127)."
    elif code == 126:
        text = f"{about}failed: a file it names cannot be run (exit code 126); is it executable?"
    else:
        text = f"{about}failed with exit code {code}."
    if last := _last_line(output):
        text += f"{PRINTED_LAST}{last}"
    return why(cause, text, command=command, exit_code=code, output=output)


def _line_of(source: str, lines: Dockerfile | None) -> int | None:
    """The first line that names `source`, by its last part if need be: a variable may stand for the rest."""
    name = familiar(source.rpartition("://")[2])
    for piece in (name, name.split(":")[0].rsplit("/", 1)[-1]):
        for instruction in lines.instructions if lines else ():
            if piece and piece in instruction.text:
                return instruction.start
    return None


def _not_permitted(source: str, allowed: tuple[str, ...]) -> str:
    kind, _, name = source.rpartition("://")
    if kind == "docker-image":
        there = f"Allowed are: {', '.join(allowed)}." if allowed else "The exercise says which base images there are."
        return f"the image {familiar(name)} may not be used here. {there}"
    return f"'{source}' may not be used here: a build gets its files from the build context and the base images only."


def _base(image: str, message: str, platform: str = "") -> str:
    text = f"the image {familiar(image)} is not on this engine{platform}"
    if sayings.UNREACHED.search(message):
        return f"{text}, and no registry can be reached to pull it. Check its name and tag."
    return f"{text}, and the registry does not give it. Check its name and tag."


def _in_context(path: str) -> str:
    return path.removeprefix("./").lstrip("/")


def _absent(name: str, said: Said) -> str:
    name = re.sub(r"^.*/buildkit-mount\d+/", "", name).lstrip("/")
    # BuildKit names the folder that is not there, or the file in it, as its walks happen to come.
    sources = [_in_context(word) for word in said.step.command.split()[1:-1]] if said.step and name else []
    if name not in sources:
        name = next((source for source in sources if source.startswith(f"{name}/")), name)
    if not name:
        return "no file of the build context matches what is to be copied."
    text = f"'{name}' is not in the build context"
    if said.step and "--from" in said.step.command:
        return f"'/{name}' is not in the image or stage that is copied from."
    if said.context is None:
        return f"{text}."
    if (said.context / name).exists():
        return f"{text}: the file is there, but .dockerignore leaves it out."
    if near := near_names(said.context, name):
        return f"{text}. It has: {', '.join(near)}."
    return f"{text}. Paths in COPY and ADD are relative to the build context."


def familiar(image: str) -> str:
    """The short name of an image, as people write it: docker.io/library/busybox:1.37 is busybox:1.37."""
    return image.removeprefix("docker.io/").removeprefix("library/").split("@sha256:")[0]


def _short(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    text = lines[0] if lines else "nothing"
    return (text if len(text) <= 400 else text[:397] + "…").rstrip(".")


def _first_line(command: str) -> str:
    text = command.splitlines()[0] if command else "?"
    return text if len(text) <= 120 else text[:117] + "…"


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return _first_line(lines[-1]) if lines else ""


def _first_word(command: str) -> str:
    return command.split(maxsplit=1)[0] if command.strip() else "the step"
