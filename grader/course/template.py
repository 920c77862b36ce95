"""The folder of a new exercise: every file says what to write, and `course check` finds what is not yet written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError

NAME = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")

FILES: Mapping[str, str] = {
    "exercise.toml": """\
# TODO(course): go through this file, and delete this line. `./drydock course check {name}` says what is missing.
title = "TODO(course): the task in three or four words"
lesson = "05-best-practices"        # the lesson that it belongs to: a file of lessons/
practice = "TODO(course): what is practised"
minutes = 15                        # how long a learner needs
bases = ["busybox:1.37"]            # the base images that it may start from; `./drydock images list` shows them all
teaches = ["FROM", "COPY"]          # the instructions that it is about
# submission = "image"              # for an exercise that asks for an image archive or for answers: docs/exercises.md

# What a submission may use; every key has a default.
# [limits]
# build_seconds = 300
# run_seconds = 30

# One table a check: `./drydock explain` lists them, `./drydock explain CHECK` shows one. Beside `name` and `points`
# stand the parameters of the check.
[[check]]
name = "builds"
points = 1

[[check]]
name = "base_image_pinned"
points = 1
""",
    "task.md": """\
# TODO(course): the title

TODO(course): what the learner has, and what they are to make of it, in a few sentences. Say everything that is checked.

## What the image is to be

| points | what is looked at | check |
|---:|---|---|
| 1 | the Dockerfile builds, from this folder, without a network | `builds` |
| 1 | every base image after `FROM` has a tag (`latest` does not count) or a digest | `base_image_pinned` |

That makes 2 points. It may start from `busybox:1.37`.
""",
    "hints.md": """\
# Hints

TODO(course): one to three for each check, from where to look to what to look up; never the command itself.

## builds
- TODO(course)

## base_image_pinned
- TODO(course)
""",
    "files/README": "TODO(course): put what the learner is given here, and delete this file.\n",
    "starter/Dockerfile": """\
# TODO(course): somebody's plausible bad Dockerfile, which does not earn all points.
FROM busybox
COPY README /srv/
""",
    "solution/Dockerfile": """\
# TODO(course): the reference, which earns every point.
FROM busybox:1.37
COPY README /srv/
""",
    "right/another-way/Dockerfile": """\
# TODO(course): another way that earns every point, as a learner would write it. At least three such folders.
FROM docker.io/library/busybox:1.37
ADD README /srv/
""",
    "wrong/no-tag/Dockerfile": """\
# TODO(course): a plausible mistake, as a learner would make it. At least five such folders, and one for each check.
FROM busybox
COPY README /srv/
""",
    "wrong/no-tag/expect.toml": """\
# Exactly the checks that fail, each with its line in this folder's Dockerfile (0: no line).
[fails]
base_image_pinned = 2
""",
}


def write(root: Path, name: str) -> Path:
    """Make the folder `name` in exercises/; it is returned.

    Raises UsageError where the name is not two digits and words of small letters, or the folder is there.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' is not a name for an exercise",
            "two digits, a hyphen, and words of small letters with hyphens between them, such as 06-secrets",
        )
    folder = root / name
    if folder.exists():
        raise UsageError(f"{folder} is there already", "choose another name, or edit what is there")
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("{name}", name), encoding="utf-8")
    return folder
