"""Why a step did not come from the cache: what its build was given, beside what the one before it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.dockerfile.ignore import ignored, parse_ignore
from grader.errors import DockerfileError
from grader.model import Dockerfile, Instruction, MissCause, Step

ContextFiles = Mapping[str, tuple[int, str]]
"""The files of a build context: the path from its root -> permission bits and SHA-256 of the contents."""


def causes(
    miss: Step, new: Dockerfile, old: Dockerfile, now: ContextFiles | None, before: ContextFiles | None
) -> Iterator[MissCause]:
    """Why `miss`, the first step that ran, was not in the cache; nothing where none of this tells.

    `new` and `now` are the Dockerfile and the context's files of its build, `old` and `before` those of the build
    before; None: the files are not known. Files that neither has may be left out of both.
    """
    at = next((one for one in new.instructions if one.start == miss.line), None)
    if at is not None:
        yield from _texts(at, new, old)
        yield from _files(at, now or {}, before or {}) if now is not None and before is not None else ()


def _texts(at: Instruction, new: Dockerfile, old: Dockerfile) -> Iterator[MissCause]:
    """The first instruction up to the miss, in its stage, that reads another way than before."""
    chain = [one for one in new.instructions if one.stage in (-1, at.stage) and one.start <= at.start]
    earlier = [one for one in old.instructions if one.stage in (-1, at.stage)]
    for number, one in enumerate(chain):
        was = earlier[number] if number < len(earlier) else None
        if was is None or _written(was) != _written(one):
            yield MissCause(kind="text", line=one.start, text=one.text)
            return


def _written(one: Instruction) -> tuple[str, tuple[str, ...]]:
    return " ".join(one.text.split()), tuple(held.content for held in one.heredocs)


def _files(at: Instruction, now: ContextFiles, before: ContextFiles) -> Iterator[MissCause]:
    """The files of the context that the step takes and that are not as they were."""
    patterns = list(taken(at))
    if not patterns:
        return
    try:
        wanted = parse_ignore("\n".join(patterns).encode())
    except DockerfileError:
        return
    every = "*" in patterns
    for path in sorted({*now, *before}):
        one, was = now.get(path), before.get(path)
        if one == was or not (every or ignored(wanted, path)):
            continue
        if one is None or was is None:
            yield MissCause(kind="added" if was is None else "gone", path=path)
        elif one[1] != was[1]:
            yield MissCause(kind="contents", path=path)
        else:
            yield MissCause(kind="mode", path=path, mode=one[0], mode_before=was[0])


def taken(one: Instruction) -> Iterator[str]:
    """The paths of the context that an instruction takes, as patterns of .dockerignore; `*` for all of it."""
    flags = dict(flag.removeprefix("--").partition("=")[::2] for flag in one.flags)
    if one.name in ("COPY", "ADD"):
        if "from" not in flags:
            yield from (_pattern(path) for path in one.arguments[:-1])
    elif one.name == "RUN":
        for flag in one.flags:
            name, _, value = flag.removeprefix("--").partition("=")
            options = dict(part.partition("=")[::2] for part in value.split(","))
            if name == "mount" and options.get("type", "bind") == "bind" and "from" not in options:
                yield _pattern(options.get("source") or options.get("src") or ".")


def _pattern(path: str) -> str:
    clean = path.lstrip("/").removeprefix("./").rstrip("/")
    return "*" if clean in ("", ".") or "$" in clean else clean
