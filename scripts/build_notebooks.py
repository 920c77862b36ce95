"""Build notebooks/*.ipynb from lessons/*.md, byte for byte the same each time, without outputs.

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


def notebook(source: str) -> bytes:
    """The notebook that `source`, MyST Markdown, gives.

    A cell's id is made of its kind and its text, so that an edit changes no other cell's.
    """
    read = jupytext.reads(source, fmt="md:myst")
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


def wanted() -> dict[Path, bytes]:
    """Every notebook's path, with what it has to hold."""
    sources = sorted((COURSE / "lessons").glob("*.md"))
    return {COURSE / "notebooks" / f"{source.stem}.ipynb": notebook(source.read_text("utf-8")) for source in sources}


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
