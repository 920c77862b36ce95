"""a second build after an edit.

The edit appends a line that differs from run to run; otherwise the second check of the same Dockerfile would find even
the changed steps in the cache.
"""

from __future__ import annotations

from pathlib import Path

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
    with laid(bench.context, {probe.edit: edited(probe.edit, file.read_bytes(), bench.nonce())}):
        build = bench.rebuild()
    return RebuildSeen(build=build, first_miss=build.ran[0] if build.ran else None)


def edited(name: str, before: bytes, nonce: str) -> bytes:
    """The file with one line more, a comment where the kind of file is known."""
    comment = COMMENTS.get(Path(name).suffix, "{}").format(f"edited {nonce}")
    end = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + end + comment.encode() + b"\n"
