"""a second build after an edit.

The edit appends a line that differs from run to run; otherwise the second check of the same Dockerfile would find even
the changed steps in the cache.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.dockerfile.misses import causes
from grader.model import NotObserved, Rebuild, RebuildSeen
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
    """What a build is that comes after one line more in the file `edit`: `build`, `first_miss` and `causes`."""
    file = bench.context / edit
    mode, before = file.stat().st_mode & 0o7777, file.read_bytes()
    after = edited(edit, before, bench.nonce())
    with laid(bench.context, {edit: after}):
        build = bench.rebuild()
    miss = build.ran[0] if build.ran else None
    old, new = ({edit: (mode, sha256(data).hexdigest())} for data in (before, after))
    why = tuple(causes(miss, bench.dockerfile, bench.dockerfile, new, old)) if miss else ()
    return {"build": build, "first_miss": miss, "causes": why}


def edited(name: str, before: bytes, nonce: str) -> bytes:
    """The file with one line more, a comment where the kind of file is known."""
    comment = COMMENTS.get(Path(name).suffix, "{}").format(f"edited {nonce}")
    end = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + end + comment.encode() + b"\n"
