"""where the image's layers store a file of the build context."""

from __future__ import annotations

from hashlib import sha256

from grader.image import Hit, search
from grader.model import Copy, Stored, StoredSeen
from grader.observe.bench import Bench

SHARES = "context"


def see(bench: Bench, probe: Stored) -> StoredSeen:
    """The files' copies, recognised by their contents, also those that a later layer deletes or replaces."""
    there = [name for name in probe.files if (bench.context / name).is_file()]
    names = {sha256((bench.context / name).read_bytes()).hexdigest(): name for name in there}
    with bench.engine.save([bench.build.image]) as archive:
        hits = search(archive, digests=names)
    return StoredSeen(
        copies=tuple(
            Copy(file=names[hit.sought], path=hit.path, layer=hit.layer, shows=_shows(bench, hit)) for hit in hits
        ),
        absent=tuple(name for name in probe.files if name not in there),
    )


def _shows(bench: Bench, hit: Hit) -> bool:
    file = bench.files.get(hit.path)
    return file is not None and file.layer == hit.layer and file.sha256 == hit.sought
