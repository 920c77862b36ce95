"""Removing a folder of ours however deep it is and whatever its modes."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove `folder` and all in it, following no link; nothing happens where it is gone.

    Folders inside folders are first moved up to the top, so that no path and no recursion ever grows with the depth.
    """
    number = 0
    try:
        folder.chmod(0o700)
    except FileNotFoundError:
        return
    while inside := _folders(folder):
        for child in inside:
            child.chmod(0o700)
            for grandchild in _folders(child):
                number += 1
                grandchild.chmod(0o700)
                grandchild.rename(folder / f"{number}.{os.urandom(8).hex()}")
            child.rmdir()
    folder.rmdir()


def _folders(folder: Path) -> list[Path]:
    # Files and links are removed on the way; what is left are folders.
    folders = []
    for name in os.listdir(folder):  # noqa: PTH208 (bytes that are no UTF-8 stay as they are)
        path = folder / name
        if stat.S_ISDIR(path.lstat().st_mode):
            folders.append(path)
        else:
            path.unlink()
    return folders
