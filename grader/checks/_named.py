"""What the checks of answers share: an answer as texts, and a list of answers held against the right ones."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from grader.model import Observation, Verdict, failed, passed

SHOWN = 6


def texts(seen: Observation, question: str) -> tuple[str, ...]:
    """The answer to a question as texts without empty ones, be it one text or a list; none where it is not there.

    Raises NotObserved where there is no file of answers.
    """
    answer = seen.answered.get(question, ())
    entries = answer if isinstance(answer, list | tuple) else (answer,)
    found = (" ".join(str(entry).split()) for entry in entries if not isinstance(entry, bool))
    return tuple(text for text in found if text)


def path(text: str) -> str:
    """A path inside a container in one form, with or without a slash in front, `./`, or a letter of docker diff."""
    bare = re.sub(r"^[ACD]\s+", "", text)
    return posixpath.normpath("/" + bare.lstrip("/"))


def paths_named(seen: Observation, question: str, right: Iterable[str], hints: tuple[str, ...]) -> Verdict:
    """The verdict on a list of paths: all of the right ones and no other; it gives none of them away."""
    wanted = {path(one) for one in right}
    given = {path(text) for text in texts(seen, question)}
    if given == wanted:
        return passed(f"{question}: {', '.join(sorted(given))}")
    others = sorted(given - wanted)
    said = f"{len(given & wanted)} of {len(wanted)} are named" if given else f"'{question}' has no answer"
    if others:
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        said += f"; what does not belong there: {', '.join(others[:SHOWN])}{more}"
    asked = "the path of 1 file" if len(wanted) == 1 else f"the paths of {len(wanted)} files"
    return failed(
        seen=said,
        expected=f"{asked}, and no other",
        hints=hints,
    )


def one_named(seen: Observation, question: str, right: bool, hints: tuple[str, ...]) -> Verdict:
    """The verdict on one text, given whether it is right."""
    given = texts(seen, question)
    if len(given) == 1 and right:
        return passed(f"{question}: {given[0]}")
    if not given:
        what = f"'{question}' has no answer"
    elif len(given) > 1:
        what = f"'{question}' has {len(given)} answers"
    else:
        what = f"'{question}' is {given[0]}"
    return failed(seen=what, expected="another answer" if given else "an answer", hints=hints)
