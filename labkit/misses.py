"""Why a step did not come from the cache, in words: what a build was given, beside what the one before it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.dockerfile.misses import causes
from grader.model import Build, MissCause, Step
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
    found = [*map(_said, causes(miss, new, old, now.files, before.files)), *_arguments(now, before)]
    return "; ".join(found[:SHOWN_MOST]) or say["miss_unknown"]


def _said(cause: MissCause) -> str:
    say = words()
    match cause.kind:
        case "text":
            return say["miss_text"].format(line=cause.line, text=_short(cause.text))
        case "added":
            return say["miss_new"].format(path=cause.path)
        case "gone":
            return say["miss_gone"].format(path=cause.path)
        case "contents":
            return say["miss_contents"].format(path=cause.path)
        case "mode":
            return say["miss_mode"].format(path=cause.path, now=f"{cause.mode:o}", before=f"{cause.mode_before:o}")


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
