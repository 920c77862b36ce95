"""Where the course lies, and where a learner works."""

import os
from pathlib import Path

from grader.work import work_folder


def course() -> Path:
    """The folder that holds lessons/, exercises/ and notebooks/."""
    return Path(__file__).resolve().parent.parent


def lessons_in(folder: Path) -> list[Path]:
    """The sources of the lessons in `folder`, in order. One with a language in its name is a translation of another."""
    return sorted(path for path in folder.glob("*.md") if "." not in path.stem)


def my_work() -> Path:
    """The learner's own folder: DRYDOCK_WORK, or else my-work/ in the course; made when it is not there."""
    folder = work_folder(os.environ)
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def shown(path: Path) -> str:
    """`path` as a person wants to read it: from the folder above my-work, or from where the kernel works."""
    for above in (Path.cwd(), my_work().parent):
        if path.is_relative_to(above):
            return str(path.relative_to(above))
    return str(path)
