"""The files are in the image, at the paths that were asked for.

Looks at: what the image has at those paths, links followed, and where asked a piece of each file's contents.
Why it matters: a program looks for its files where it was told they are. COPY takes the contents of a folder, not the
folder, and a target without a slash at its end may become a file.
Loses the point:
    COPY site /srv/        (the files of site are in /srv, and there is no /srv/site)
Earns it:
    COPY site/ /srv/site/
"""

import msgspec

from grader.checks import check
from grader.checks._text import line_about
from grader.model import File, Files, FilesSeen, Observation, Params, Verdict, failed, passed


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file: its absolute path, and a piece of what is in it (empty: anything)."""

    path: str
    holds: str = ""


class Parameters(Params, frozen=True, kw_only=True):
    files: tuple[Wanted, ...]  # each with its absolute path, and `holds`: a piece of its contents


def _probe(p: Parameters) -> Files:
    names = sorted({"*/" + one.path.rpartition("/")[2] for one in p.files})
    return Files(paths=(*(one.path for one in p.files), *names), contents=True, follow=True)


@check(practice="copy", probes=lambda p: [_probe(p)])
def file_in_image(seen: Observation, p: Parameters) -> Verdict:
    found = seen.of(_probe(p))
    wrong = [(one, said) for one in p.files if (said := _wrong(found, one))]
    if not wrong:
        return passed("in the image: " + ", ".join(one.path for one in p.files))
    first = wrong[0][0].path
    return failed(
        line=line_about(seen, first, found.at(first) or next(iter(_elsewhere(found, first)), None)),
        seen="\n".join(said for _, said in wrong),
        expected="a file at " + ", ".join(_asked(found, one) for one, _ in wrong),
        hints=(
            "List the folder in a container of your image: what did end up where?",
            "What does COPY make of a source that is a folder, and of a target without a slash at its end?",
            "Look up the rules for COPY's sources and target.",
        ),
    )


def _wrong(found: FilesSeen, one: Wanted) -> str:
    file = found.at(one.path)
    if file is None:
        others = ", ".join(other.path for other in _elsewhere(found, one.path)[:3])
        where = f"; a file of that name is at {others}" if others else ""
        return f"there is no {one.path} in the image{where}"
    if file.kind != "file":
        return f"{one.path} is a {file.kind}, not a file"
    if one.holds and one.holds not in found.contents.get(one.path, ""):
        return f"{one.path} ({file.size} bytes) does not hold '{one.holds}'"
    return ""


def _asked(found: FilesSeen, one: Wanted) -> str:
    """The path, and what is missing in the file where there is one."""
    file = found.at(one.path)
    return f"{one.path} that holds '{one.holds}'" if one.holds and file and file.kind == "file" else one.path


def _elsewhere(found: FilesSeen, path: str) -> list[File]:
    name = "/" + path.rpartition("/")[2]
    return [other for other in found.files if other.path.endswith(name) and other.path != path]
