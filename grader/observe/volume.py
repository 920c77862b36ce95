"""the container's volumes."""

from __future__ import annotations

from posixpath import normpath

from grader.errors import InputError
from grader.model import Volume, VolumeSeen
from grader.observe.bench import Bench


def see(bench: Bench, probe: Volume) -> VolumeSeen:
    """Start the image as it is and read what lies in the anonymous volume at the probe's path."""
    try:
        with bench.start(network="none") as container:
            mounts = container.inspect()["Mounts"]
            folders = tuple(
                sorted(
                    normpath("/" + mount["Destination"].lstrip("/")) for mount in mounts if mount["Type"] == "volume"
                )
            )
            mounted = probe.path in folders
            files = container.contents(probe.path) if mounted else {}
            return VolumeSeen(folders=folders, mounted=mounted, files=files)
    except InputError as unstarted:
        return VolumeSeen(error=unstarted.what)
