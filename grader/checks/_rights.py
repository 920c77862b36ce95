"""What the checks of rights share: asking, as the image's user, which paths can be written, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from grader.checks._runs import outcome
from grader.checks._text import line_about
from grader.model import AnyProbe, File, Files, Observation, Run, RunSeen, Verdict, failed, passed

ASK = (
    'for path; do if [ ! -e "$path" ]; then echo "none $path"; elif [ -w "$path" ]; then echo "yes $path"; '
    'elif [ -O "$path" ]; then echo "owner $path"; else echo "no $path"; fi; done'
)


Objection = Callable[[str, str, File | None, str], str]


def probes(paths: Sequence[str]) -> list[AnyProbe]:
    """What has to be observed: the run that asks, and the facts of the files."""
    return [ask(paths), _files(paths)]


def judged(
    seen: Observation, paths: Sequence[str], objection: Objection, *, well: str, wanted: str, hints: tuple[str, ...]
) -> Verdict:
    """The verdict on the paths. `objection` says of one (path, answer, file, user) what is
    wrong, else nothing; the answers are those of `answers`.

    `well` and `wanted` tell of the paths together; in them `{user}` and `{paths}` are filled in.
    """
    run, files = seen.of(ask(paths)), seen.of(_files(paths))
    said, user = answers(run), seen.built.config.user or "root"
    wrong = []
    for path in paths:
        if path not in said:
            wrong.append((path, f"asking for {path} as {user} {outcome(run)}"))
        elif said[path] == "none":
            wrong.append((path, f"there is no {path} in a container"))
        elif what := objection(path, said[path], files.at(path), user):
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


def ask(paths: Sequence[str]) -> Run:
    """A run of the image, as its own user, that says of each path whether it can be written."""
    return Run(entrypoint="sh", arguments=("-c", ASK, "sh", *paths))


def answers(run: RunSeen) -> Mapping[str, str]:
    """What it said: path -> `yes`; `owner`, who can give itself the right; `no`; `none` where there is nothing."""
    pairs = (line.partition(" ") for line in run.stdout.splitlines())
    return {path: word for word, _, path in pairs if path}
