"""what the image's user may do."""

from __future__ import annotations

from collections.abc import Sequence

from grader.image.account import Account, account
from grader.model import File, Rights, RightsSeen
from grader.model.files_probe import Right
from grader.observe import files
from grader.observe.bench import Bench

SHARES = "image"

WRITE, SEARCH = 2, 1


def see(bench: Bench, probe: Rights) -> RightsSeen:
    """Who the user is by the image's files, and what it may do by their owners and permissions."""
    known = files.see(bench, files.ACCOUNTS).contents
    who = account(bench.image.config.user, *(known.get(path, "") for path in files.ACCOUNTS.paths))
    if who is None:
        return RightsSeen()
    return RightsSeen(user=who.uid, rights={path: right(who, bench.files.way(path)) for path in probe.paths})


def right(who: Account, way: Sequence[File]) -> Right:
    """What that user may do with the last of these files, to which the folders before it lead."""
    if not way:
        return "none"
    *above, there = way
    if who.uid == 0:
        return "yes"
    if not all(_may(who, folder, SEARCH) for folder in above):
        return "closed"
    if _may(who, there, WRITE | SEARCH if there.kind == "folder" else WRITE):
        return "yes"
    return "owner" if there.uid == who.uid else "no"


def _may(who: Account, file: File, wanted: int) -> bool:
    """Whether the class of users that the kernel puts this one into, the first that fits, has all the wanted bits."""
    if file.uid == who.uid:
        bits = file.mode >> 6
    elif file.gid in (who.gid, *who.groups):
        bits = file.mode >> 3
    else:
        bits = file.mode
    return bits & wanted == wanted
