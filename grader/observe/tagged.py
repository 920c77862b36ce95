"""the names that the bake file gives to the image.

The names are really given, below a first part that is ours and is taken off again: an image of the same name, which may
be in the engine already, keeps it.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from grader.engine.bake import FILE, BakeTarget
from grader.errors import InputError, SubmissionError
from grader.model import Tagged, TaggedImage, TaggedSeen
from grader.observe.bench import Bench, Given

SHARES = "context"

MOST_TARGETS, MOST_TAGS = 4, 20


def see(bench: Bench, _: Tagged) -> TaggedSeen:
    """Build and tag each target; what cannot be read, built or tagged is told as it is."""
    try:
        targets = bench.engine.bake_targets(bench.context)
    except SubmissionError as error:
        return TaggedSeen(error=error.what)
    if len(targets) > MOST_TARGETS:
        return TaggedSeen(error=f"{FILE} has {len(targets)} targets; at most {MOST_TARGETS} are built")
    return TaggedSeen(images=tuple(_image(bench, target) for target in targets))


def _image(bench: Bench, target: BakeTarget) -> TaggedImage:
    build = bench.rebuild(given=Given(arguments=target.args, labels=target.labels, target=target.target))
    if not build.ok:
        return TaggedImage(target=target.name, asked=target.tags, failure=build.failure)
    ours = f"drydock-{bench.nonce()}/"
    refused = {}
    for name in target.tags[:MOST_TAGS]:
        try:
            bench.engine.tag(build.image, ours + _as_path(name))
        except InputError as error:
            refused[name] = error.what
    seen = bench.engine.inspect(build.image)
    # The names go with the image, at the end: with its last name the image would go, which may be the submission's own.
    stored = [name for name in seen["RepoTags"] or () if name.startswith(ours)]
    labels = seen["Config"].get("Labels") or {}
    written = {_as_path(_tagged(name)): _tagged(name) for name in target.tags}
    return TaggedImage(
        target=target.name,
        asked=target.tags,
        names=tuple(sorted(written.get(name.removeprefix(ours), name.removeprefix(ours)) for name in stored)),
        refused=refused,
        labels={name: value for name, value in labels.items() if name not in bench.labels},
    )


def _tagged(name: str) -> str:
    """The name with its tag, which is `latest` where it has none."""
    return name if ":" in PurePosixPath(name).name else f"{name}:latest"


def _as_path(name: str) -> str:
    """The name as it can stand behind a slash: a registry's host is a part like any other there."""
    host, slash, rest = name.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        return f"{host.lower().replace(':', '_')}/{rest}"
    return name
