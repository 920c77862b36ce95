"""Versions with a known way out of a container, by program: what is wrong, and from which version on it is mended.

Sources: the projects' own security advisories, by their CVE.
"""

from __future__ import annotations

import gzip
import re
import shutil
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """Flaws of `program`, mended in each of the versions `mended`, one for each line that is cared for."""

    program: str
    cves: tuple[str, ...]
    about: str
    mended: tuple[str, ...]


FLAWS = (
    Flaw(
        program="runc",
        cves=("CVE-2024-21626",),
        about="WORKDIR can lead out to the machine's files",
        mended=("1.1.12",),
    ),
    Flaw(
        program="runc",
        cves=("CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"),
        about="mounts can be led astray while a container starts",
        mended=("1.2.8", "1.3.3"),
    ),
    Flaw(
        program="buildkit",
        cves=("CVE-2024-23651", "CVE-2024-23652", "CVE-2024-23653"),
        about="a build can read, delete or run what is outside of it",
        mended=("0.12.5",),
    ),
)


def known_bad(versions: Mapping[str, str], mended: Sequence[str] = ()) -> list[str]:
    """A sentence for each flaw of the `versions` (program -> version); an unknown version has none.

    `mended` are the CVEs that the distribution has mended without another version (see `mended_by_distribution`).
    """
    found = []
    for flaw in FLAWS:
        left = [cve for cve in flaw.cves if cve not in mended]
        if left and flaw.program in versions and is_older(versions[flaw.program], flaw.mended):
            which = f"{flaw.program} {versions[flaw.program]}: {', '.join(left)}"
            found.append(f"{which}: {flaw.about}; mended in {' and '.join(flaw.mended)}")
    return found


def mended_by_distribution(program: str, path: str) -> tuple[str, ...]:
    """The CVEs that Debian's changelog beside `program` says are mended in it; `path` is where programs are looked for.

    Debian's policy manual, section 12.7: it is at /usr/share/doc/PACKAGE/changelog.Debian.gz.
    """
    found = shutil.which(program, path=path)
    if not found:
        return ()
    try:
        log = Path(found).resolve().parents[1] / "share/doc" / program / "changelog.Debian.gz"
        said = gzip.decompress(log.read_bytes()).decode("utf-8", "replace")
    except (OSError, EOFError, IndexError, zlib.error):
        return ()
    return tuple(sorted(set(re.findall(r"CVE-\d{4}-\d+", said))))


def is_older(version: str, mended: tuple[str, ...]) -> bool:
    """Whether `version` is from before the flaw was mended, in its own line where that one was cared for."""
    own = numbers(version)
    if not own:
        return False
    lines = sorted(numbers(one) for one in mended)
    same = next((line for line in lines if line[:2] == own[:2]), None)
    return own < (same or lines[-1]) if same or own[:2] < lines[-1][:2] else False


def numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with: v1.1.5+ds1 is (1, 1, 5)."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(int(part) for part in found[1].split(".")) if found else ()
