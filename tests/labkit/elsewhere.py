"""A lesson read on an engine that is the learner's own, as on Docker Desktop: Drydock has not started it.

It keeps its images as Docker Desktop's does (the containerd image store), holds the base images under their usual
names, and is found by DOCKER_HOST. Of Drydock's own there is nothing, unless the lesson asks for a second machine.

python -m tests.labkit.elsewhere 02-dockerfile-build     the whole lesson, with the seconds it took
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.engine import private, registry
from grader.engine.bases.ensure import ensure
from grader.engine.places import Places, PrivateSpec
from labkit.magics import bases_of
from tests.labkit.cut_off import ALL, PACKAGES, share
from tests.labkit.notebooks import COURSE, executed, said

SPEC = PrivateSpec(store="containerd")
SECOND_MACHINE = "second_machine()"


@contextmanager
def another_engine(*lessons: str) -> Iterator[dict[str, str]]:
    """The environment in which that engine is found, with the base images of these lessons in it."""
    shared = Places.from_environment(os.environ)
    private.start(shared, PrivateSpec(), print)
    registry.program(shared, print)
    sources = [(COURSE / "lessons" / f"{lesson}.md").read_text("utf-8") for lesson in lessons]
    with tempfile.TemporaryDirectory(prefix="drydock-elsewhere-", ignore_cleanup_errors=True) as folder:
        theirs, ours, home = (Path(folder, name) for name in ("theirs", "ours", "home"))
        for data in (theirs, ours, home):
            data.mkdir()
        share(shared, theirs, ALL)
        if any(SECOND_MACHINE in source for source in sources):
            share(shared, ours, PACKAGES)
        places = Places.from_environment({"DRYDOCK_HOME": str(theirs)})
        try:
            address = private.start(places, SPEC, print)
            ensure(address, places, [base for source in sources for base in bases_of(source)], print)
            (home / ".docker").symlink_to(address.config)
            env = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_", "DRYDOCK_"))}
            env |= {"DRYDOCK_HOME": str(ours), "DOCKER_HOST": address.host, "HOME": str(home)}
            yield env | {"PATH": address.path + os.pathsep + os.environ["PATH"]}
        finally:
            private.remove(places, SPEC.name)


def main(lessons: list[str]) -> int:
    """Read these lessons one after another on one such engine."""
    with another_engine(*lessons) as env, tempfile.TemporaryDirectory(prefix="drydock-work-") as work:
        for lesson in lessons:
            began = time.monotonic()
            notebook = executed(lesson, Path(work), env)
            print(f"{lesson}: {time.monotonic() - began:.0f} s", said(notebook)[:400], sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
