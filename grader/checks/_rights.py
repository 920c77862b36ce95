"""What the checks of rights share: asking, as the image's user, which paths can be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.model import Run, RunSeen

ASK = (
    'for path; do if [ ! -e "$path" ]; then echo "none $path"; elif [ -w "$path" ]; then echo "yes $path"; '
    'else echo "no $path"; fi; done'
)


def ask(paths: Sequence[str]) -> Run:
    """A run of the image, as its own user, that says of each path whether it can be written."""
    return Run(entrypoint="sh", arguments=("-c", ASK, "sh", *paths))


def answers(run: RunSeen) -> Mapping[str, str]:
    """What it said: path -> `yes`, `no`, or `none` where there is nothing."""
    pairs = (line.partition(" ") for line in run.stdout.splitlines())
    return {path: word for word, _, path in pairs if path}
