"""a second build after an edit.

The edit appends a line that differs from run to run; otherwise the second check of the same Dockerfile would find even
the changed steps in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.dockerfile.misses import causes
from grader.model import Build, Dockerfile, MissCause, NotObserved, Rebuild, RebuildSeen, Step
from grader.observe.bench import Bench
from grader.observe.laid import laid

SHARES = "context"

COMMENTS = {
    **dict.fromkeys((".py", ".sh", ".pl", ".rb", ".txt", ".toml", ".yaml", ".yml", ".conf"), "# {}"),
    **dict.fromkeys((".go", ".c", ".h", ".js", ".ts", ".java", ".rs"), "// {}"),
    **dict.fromkeys((".html", ".md", ".xml", ".svg"), "<!-- {} -->"),
}


def see(bench: Bench, probe: Rebuild) -> RebuildSeen:
    """Append a comment to the file, build again, and put the file back."""
    file = bench.context / probe.edit
    if not file.is_file() or file.is_symlink():
        raise NotObserved(f"there is no {probe.edit} in the build context to edit", machine=False)
    return RebuildSeen(**again(bench, probe.edit))


def again(bench: Bench, edit: str) -> dict[str, Any]:
    """What a build is that comes after one line more in the file `edit`: `build`, `first_miss` and `causes`.

    The engine can lose what it had in its cache, where others build on it or its disk fills. A step that ran for no
    reason of ours is taken for that once: what it made is in the cache then, and it is built after another edit.
    """
    file = bench.context / edit
    mode, before = file.stat().st_mode & 0o7777, file.read_bytes()

    def built() -> tuple[Build, Callable[[Step], tuple[MissCause, ...]]]:
        after = edited(edit, before, bench.nonce())
        with laid(bench.context, {edit: after}):
            build = bench.rebuild()
        old, new = ({edit: (mode, sha256(data).hexdigest())} for data in (before, after))
        return build, lambda step: tuple(causes(step, bench.dockerfile, bench.dockerfile, new, old))

    build, why = built()
    if build.ok and any(not why(step) for step in _first_of_stages(build, bench.dockerfile)):
        build, why = built()
    miss = build.ran[0] if build.ran else None
    return {"build": build, "first_miss": miss, "causes": why(miss) if miss else ()}


def _first_of_stages(build: Build, dockerfile: Dockerfile) -> list[Step]:
    """The first step that ran of each stage, where nothing that another stage made can be why it ran."""
    written = {one.start: one for one in dockerfile.instructions}
    names = {stage.name.lower() for stage in dockerfile.stages if stage.name}
    bases = {stage.index: stage.base.lower() for stage in dockerfile.stages}
    first: dict[str, Step] = {}
    for step in build.ran:
        first.setdefault(step.stage, step)
    steps = ((step, written.get(step.line or 0)) for step in first.values())
    return [
        step
        for step, one in steps
        if one is not None and bases.get(one.stage) not in names and not any("from=" in flag for flag in one.flags)
    ]


def edited(name: str, before: bytes, nonce: str) -> bytes:
    """The file with one line more, a comment where the kind of file is known."""
    comment = COMMENTS.get(Path(name).suffix, "{}").format(f"edited {nonce}")
    end = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + end + comment.encode() + b"\n"
