"""where the image's layers store a file of the build context."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from grader.image import Hit
from grader.model import AnyProbe, Copy, Stored, StoredSeen
from grader.observe.bench import Bench

SHARES = "context"


def digests(context: Path, probes: Iterable[AnyProbe]) -> dict[str, str]:
    """The files of the build context that the probes ask for: digest of the contents -> name."""
    asked = [name for probe in probes if isinstance(probe, Stored) for name in probe.files]
    return {sha256((context / name).read_bytes()).hexdigest(): name for name in asked if (context / name).is_file()}


def see(bench: Bench, probe: Stored) -> StoredSeen:
    """The files' copies, recognised by their contents, also those that a later layer deletes or replaces."""
    names = digests(bench.context, (probe,))
    return StoredSeen(
        copies=tuple(
            Copy(file=names[hit.sought], path=hit.path, layer=hit.layer, shows=_shows(bench, hit))
            for hit in bench.hits
            if hit.sought in names
        ),
        absent=tuple(name for name in probe.files if not (bench.context / name).is_file()),
    )


def _shows(bench: Bench, hit: Hit) -> bool:
    file = bench.files.get(hit.path)
    return file is not None and file.layer == hit.layer and file.sha256 == hit.sought
