"""Which submissions are nearly the same: by the short passages that two have in common, whatever their order.

A text is taken without comments, letter case, punctuation and layout. Its passages are all runs of WORDS words within a
line (a line that goes on with a backslash is one line; a shorter line is one passage). What the exercise gives out, and
what more than half of a class of some size has, says nothing and is not counted. The similarity of two submissions is
the number of passages that both have, divided by the number that either has (Jaccard's index), from 0 to 1.

Of each submission at most MARKS passages are kept, those with the smallest hash values; so each is compared by a sample
that is drawn alike everywhere (Broder's min-wise sketch), and a class of 500 takes seconds.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

WORDS = 4
MARKS = 500
HEAD = 64
LEAST = 8
"""With fewer passages of one's own, there is only one way to write it."""
ALIKE = 0.7
"""Measured: no two of the right answers of this course reach it; the nearest are at 0.63."""
COMMON_OF = 10
"""From this size of a class on, what more than half of it has is common."""
FILE, FILES, TEXT = 100_000, 200, 400_000
"""Bytes of a file, files, and bytes of all, that are looked at."""
_COMMENT = re.compile(r"^[ \t]*(?:#|//).*$", re.MULTILINE)
_CONTINUED = re.compile(r"\\[ \t]*\n")
_WORD = re.compile(r"[\w.+-]+")


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Submissions of which each is nearly the same as another one of the group: their numbers, and the least of those
    similarities that hold it together."""

    members: tuple[int, ...]
    similarity: float


def passages(texts: Iterable[str]) -> set[int]:
    """The passages of texts, each as 64 bits of a hash."""
    found = set()
    for text in texts:
        for line in _COMMENT.sub("", _CONTINUED.sub(" ", text)).lower().splitlines():
            words = _WORD.findall(line)
            for at in range(max(1, len(words) - WORDS + 1) if words else 0):
                passage = " ".join(words[at : at + WORDS]).encode("utf-8", "surrogatepass")
                found.add(int.from_bytes(hashlib.blake2b(passage, digest_size=8).digest()))
    return found


def marks(own: set[int], given: set[int]) -> bytes:
    """The sample of a submission's passages, without those that were `given` out."""
    return array("Q", sorted(own - given)[:MARKS]).tobytes()


def texts(folder: Path) -> Iterable[tuple[str, str]]:
    """The texts of a folder, each by its path in it, the smaller first, within the limits; other files are left out."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    sizes = sorted((path.stat().st_size, path) for path in files)
    left = TEXT
    for size, path in sizes[:FILES]:
        left -= size
        if size > FILE or left < 0:
            return
        data = path.read_bytes()
        if b"\0" not in data:
            yield path.relative_to(folder).as_posix(), data.decode("utf-8", "replace")


def groups(found: Mapping[int, bytes]) -> list[Group]:
    """The groups among submissions by their marks, the largest first."""
    sets = {at: frozenset(array("Q", data)) for at, data in found.items()}
    held = Counter(mark for one in sets.values() for mark in one)
    if len(sets) >= COMMON_OF:
        common = {mark for mark, count in held.items() if 2 * count > len(sets)}
        sets = {at: one - common for at, one in sets.items()}
    same: dict[frozenset[int], list[int]] = {}
    for at, one in sets.items():
        if len(one) >= LEAST:
            same.setdefault(one, []).append(at)
    near = [(ats[0], other, 1.0) for ats in same.values() for other in ats[1:]]
    heads = [(sorted(one)[:HEAD], one, ats[0]) for one, ats in same.items()]
    holders: dict[int, list[int]] = {}
    for place, (head, one, first) in enumerate(heads):
        common_with: Counter[int] = Counter()
        for mark in head:
            common_with.update(holders.setdefault(mark, []))
            holders[mark].append(place)
        for before, count in common_with.items():
            top, other, second = heads[before]
            # A pair that is alike has far more than a quarter of the smallest hash values in common.
            if 4 * count >= min(len(head), len(top)) and (share := _share(other, one)) >= ALIKE:
                near.append((second, first, share))
    return _joined(near)


def _share(one: frozenset[int], other: frozenset[int]) -> float:
    """Jaccard's index: exact where both are whole, and else of the smallest hash values that either has."""
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return 0.0
    both = one & other
    either = len(one) + len(other) - len(both)
    if either <= MARKS or len(both) < ALIKE * either / 2:
        return len(both) / either
    sample = sorted(one | other)[:MARKS]
    return len(both.intersection(sample)) / len(sample)


def _joined(near: Sequence[tuple[int, int, float]]) -> list[Group]:
    """Pairs -> groups: whoever is alike with one of a group belongs to it."""
    leads: dict[int, int] = {}

    def lead(at: int) -> int:
        while leads.setdefault(at, at) != at:
            leads[at] = leads[leads[at]]
            at = leads[at]
        return at

    for one, other, _ in near:
        leads[lead(one)] = lead(other)
    members: dict[int, list[int]] = {}
    for at in leads:
        members.setdefault(lead(at), []).append(at)
    least = dict.fromkeys(members, 1.0)
    for one, _, share in near:
        least[lead(one)] = min(least[lead(one)], share)
    made = [Group(members=tuple(sorted(ats)), similarity=least[at]) for at, ats in members.items()]
    return sorted(made, key=lambda group: (-len(group.members), group.members))
