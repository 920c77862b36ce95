"""The table of docs/security.md from results of the hostile suite, which `./drydock test hostile --json FILE` wrote.

python -m scripts.hostile_table trusted=a.json default=b.json hardened=c.json hardened-gvisor=d.json
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from grader.model.reading import from_json
from tests.hostile.table import CASES

GOOD = "the good one behind each"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the table needs of one grading."""

    kind: str
    case: str
    seconds: float
    left: tuple[str, ...]
    wrong: tuple[str, ...]


def table(results: Mapping[str, Sequence[Result]]) -> str:
    """A row for each kind, and the good ones last; three columns for each tier."""
    kinds = [*dict.fromkeys(case.kind for case in CASES), GOOD]
    head = ["kind", *(column for tier in results for column in (f"{tier}: right", "seconds", "left"))]
    rows = [head, ["---"] * len(head)]
    for kind in kinds:
        cells = [cell for found in results.values() for cell in _cells([one for one in found if _kind(one) == kind])]
        rows.append([kind, *cells])
    return "".join(f"|{'|'.join(row)}|\n" if row[0] == "---" else f"| {' | '.join(row)} |\n" for row in rows)


def sentence(tier: str, found: Sequence[Result]) -> str:
    """How many gradings there were, how long they took, and which came out otherwise than they have to."""
    wrong = [one.case for one in found if one.wrong]
    said = f"{tier}: {len(found)} gradings in {sum(one.seconds for one in found):.0f} s"
    return f"{said}, {len(wrong)} not as they have to be{': ' if wrong else ''}{', '.join(wrong)}"


def _kind(one: Result) -> str:
    return GOOD if one.case == "good" else one.kind


def _cells(found: Sequence[Result]) -> tuple[str, str, str]:
    if not found:
        return "not tried", "", ""
    seconds = [one.seconds for one in found]
    right = sum(not one.wrong for one in found)
    left = sum(len(one.left) for one in found)
    return f"{right} of {len(found)}", f"{statistics.median(seconds):.1f}, {max(seconds):.1f}", str(left)


def main(words: Sequence[str]) -> int:
    """Print the table and a sentence for each tier; the exit status."""
    files = dict(word.partition("=")[::2] for word in words)
    if not files or not all(files.values()):
        print(__doc__)
        return 2
    results = {tier: from_json(Path(file).read_bytes(), tuple[Result, ...]) for tier, file in files.items()}
    print(table(results))
    for tier, found in results.items():
        print(sentence(tier, found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
