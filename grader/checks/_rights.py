"""What the checks of rights share: what is asked about the paths, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.checks._text import line_about
from grader.model import AnyProbe, File, Files, Observation, Rights, Verdict, failed, passed

Objection = Callable[[str, str, File | None, str], str]


def probes(paths: Sequence[str]) -> list[AnyProbe]:
    """What has to be observed: the rights of the image's user, and the facts of the files."""
    return [Rights(paths=tuple(paths)), _files(paths)]


def judged(
    seen: Observation, paths: Sequence[str], objection: Objection, *, well: str, wanted: str, hints: tuple[str, ...]
) -> Verdict:
    """The verdict on the paths. `objection` says of one (path, right, file, user) what is
    wrong, else nothing; the rights are those of RightsSeen.

    `well` and `wanted` tell of the paths together; in them `{user}` and `{paths}` are filled in.
    """
    found, files = seen.of(Rights(paths=tuple(paths))), seen.of(_files(paths))
    user = seen.built.config.user or "root"
    wrong = []
    for path in paths:
        right = found.rights.get(path)
        if right is None:
            wrong.append((path, f"the user '{user}' is not in the image"))
        elif right == "none":
            wrong.append((path, f"there is no {path} in the image"))
        elif right == "closed":
            wrong.append((path, f"the user {user} cannot reach {path}: a folder above it does not let that user in"))
        elif what := objection(path, right, files.at(path), user):
            wrong.append((path, what))
    if not wrong:
        return passed(well.format(user=user, paths=", ".join(paths)))
    first = wrong[0][0]
    return failed(
        line=line_about(seen, first, files.at(first)),
        seen="\n".join(what for _, what in wrong),
        expected=wanted.format(user=user, paths=", ".join(path for path, _ in wrong)),
        hints=hints,
    )


def whose(file: File | None) -> str:
    """Whom the file belongs to and its permissions, to be added to a sentence."""
    return f", which belongs to {file.uid}:{file.gid} with {file.mode:04o}" if file else ""


def _files(paths: Sequence[str]) -> Files:
    return Files(paths=tuple(paths), follow=True)
