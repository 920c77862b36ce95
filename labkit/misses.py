"""Why a step did not come from the cache: what a build was given, beside what the one before it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.dockerfile import ignored, parse_ignore
from grader.model import Build, Dockerfile, Instruction, Step
from labkit.given import Given
from labkit.words import words

SHOWN_MOST = 3


def first_miss(build: Build) -> Step | None:
    """The first step, in the order of the Dockerfile, that was carried out."""
    return build.ran[0] if build.ran else None


def reason(miss: Step, now: Given, before: Given | None) -> str:
    """Why `miss`, the first step that ran, was not in the cache; says so where what was given does not tell."""
    say = words()
    if now.no_cache:
        return say["miss_no_cache"]
    if before is None:
        return say["miss_first"]
    if before.builder != now.builder:
        return say["miss_builder"]
    old, new = before.parsed(), now.parsed()
    if old is None or new is None:
        return say["miss_unknown"]
    found = [*_texts(miss, new, old), *_files(miss, new, now, before), *_arguments(now, before)]
    return "; ".join(found[:SHOWN_MOST]) or say["miss_unknown"]


def _texts(miss: Step, new: Dockerfile, old: Dockerfile) -> Iterator[str]:
    """The first instruction up to the miss, in its stage, that reads another way than before."""
    at = next((one for one in new.instructions if one.start == miss.line), None)
    if at is None:
        return
    chain = [one for one in new.instructions if one.stage in (-1, at.stage) and one.start <= at.start]
    earlier = [one for one in old.instructions if one.stage in (-1, at.stage)]
    for number, one in enumerate(chain):
        was = earlier[number] if number < len(earlier) else None
        if was is None or _written(was) != _written(one):
            yield words()["miss_text"].format(line=one.start, text=_short(one.text))
            return


def _written(one: Instruction) -> tuple[str, tuple[str, ...]]:
    return " ".join(one.text.split()), tuple(held.content for held in one.heredocs)


def _files(miss: Step, new: Dockerfile, now: Given, before: Given) -> Iterator[str]:
    """The files of the context that the step uses and that are not as they were."""
    at = next((one for one in new.instructions if one.start == miss.line), None)
    if at is None or now.files is None or before.files is None:
        return
    patterns = list(sources_of(at))
    if not patterns:
        return
    taken = parse_ignore("\n".join(patterns).encode())
    every = "*" in patterns
    say = words()
    for path in sorted({*now.files, *before.files}):
        one, was = now.files.get(path), before.files.get(path)
        if one == was or not (every or ignored(taken, path)):
            continue
        if one is None or was is None:
            yield say["miss_new" if was is None else "miss_gone"].format(path=path)
        elif one[1] != was[1]:
            yield say["miss_contents"].format(path=path)
        else:
            yield say["miss_mode"].format(path=path, now=f"{one[0]:o}", before=f"{was[0]:o}")


def sources_of(one: Instruction) -> Iterator[str]:
    """The paths of the context that an instruction uses, as patterns; `*` for all of it."""
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


def _arguments(now: Given, before: Given) -> Iterator[str]:
    """The build arguments that have another value."""
    for name in sorted({*now.arguments, *before.arguments}):
        one, was = (_value(given.arguments, name) for given in (now, before))
        if one != was:
            yield words()["miss_argument"].format(name=name, now=one, before=was)


def _value(arguments: Mapping[str, str], name: str) -> str:
    return f"'{arguments[name]}'" if name in arguments else words()["not_given"]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
