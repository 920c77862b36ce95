"""Build notebooks/*.ipynb from lessons/*.md, byte for byte the same each time, without outputs.

lessons/NN-name.LANG.md is a translation of lessons/NN-name.md: its cells of prose alone, in their order, with a line
+++ between each two. notebooks/NN-name.LANG.ipynb has them in the place of the lesson's own, and the lesson's code.

python scripts/build_notebooks.py            write them
python scripts/build_notebooks.py --check    exit status 1 when one is not what its source gives
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import jupytext

COURSE = Path(__file__).resolve().parent.parent
KEPT = ("kernelspec", "drydock")


def notebook(source: str, translation: str | None = None) -> bytes:
    """The notebook that `source`, MyST Markdown, gives, with the prose of `translation` where there is one.

    A cell's id is made of its kind and its text, so that an edit changes no other cell's. Raises ValueError where the
    translation has not as many cells of prose as the source.
    """
    read = jupytext.reads(source, fmt="md:myst")
    if translation is not None:
        prose = [cell for cell in read.cells if cell.cell_type == "markdown"]
        other = [cell for cell in jupytext.reads(translation, fmt="md:myst").cells if cell.cell_type == "markdown"]
        if len(prose) != len(other):
            raise ValueError(f"a translation has {len(other)} cells of prose, where the lesson has {len(prose)}")
        for cell, translated in zip(prose, other, strict=True):
            cell.source = translated.source
    seen: Counter[str] = Counter()
    cells = []
    for cell in read.cells:
        text = f"{cell.cell_type}\n{cell.source}"
        seen[text] += 1
        name = hashlib.sha256(f"{text}\n{seen[text]}".encode()).hexdigest()[:12]
        made = {"cell_type": cell.cell_type, "id": name, "metadata": dict(cell.metadata)}
        if cell.cell_type == "code":
            made |= {"execution_count": None, "outputs": []}
        cells.append(made | {"source": cell.source.splitlines(keepends=True)})
    metadata = {key: read.metadata[key] for key in KEPT if key in read.metadata}
    whole = {
        "cells": cells,
        "metadata": metadata | {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def wanted(course: Path = COURSE) -> dict[Path, bytes]:
    """Every notebook's path, with what it has to hold."""
    found = {}
    for file in sorted((course / "lessons").glob("*.md")):
        lesson, _, language = file.stem.partition(".")
        source = file.with_name(f"{lesson}.md").read_text("utf-8")
        translation = file.read_text("utf-8") if language else None
        found[course / "notebooks" / f"{file.stem}.ipynb"] = notebook(source, translation)
    return found


def main(arguments: list[str]) -> int:
    """Write the notebooks, or with `--check` compare them."""
    stale = [path for path, data in wanted().items() if not path.is_file() or path.read_bytes() != data]
    for path in stale:
        if "--check" in arguments:
            print(f"{path.relative_to(COURSE)} is not what its source gives: python scripts/build_notebooks.py")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(wanted()[path])
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
