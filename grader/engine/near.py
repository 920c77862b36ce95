"""A path that is not there -> the paths that may have been meant."""

from __future__ import annotations

import difflib
from pathlib import Path


def near_names(folder: Path, name: str) -> list[str]:
    """Up to three paths in `folder` that look like `name`; at most 2,000 entries are looked at."""
    seen: list[str] = []
    waiting = [folder]
    while waiting and len(seen) < 2000:
        here = waiting.pop(0)
        try:
            entries = sorted(here.iterdir())
        except OSError:
            continue
        for entry in entries[: 2000 - len(seen)]:
            seen.append(entry.relative_to(folder).as_posix())
            if entry.is_dir() and not entry.is_symlink():
                waiting.append(entry)
    base = name.rsplit("/", 1)[-1].lower()
    same = [path for path in seen if path.rsplit("/", 1)[-1].lower() == base]
    return list(dict.fromkeys([*same, *difflib.get_close_matches(name, seen, n=3, cutoff=0.7)]))[:3]
