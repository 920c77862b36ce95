"""gVisor's `runsc`: the machine's own, or the one of the distribution's packages in a folder of Drydock's."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.engine.distribution import NEWER, find_distribution
from grader.engine.packages import Say
from grader.engine.places import Places
from grader.engine.provision import provide_tools
from grader.engine.run import system_environment
from grader.errors import DiskFullError, LockedError, MachineError, NoEngineError


def provide_runsc(places: Places, say: Say) -> Path:
    """The program; fetched when it is not there yet.

    Raises NoEngineError with what to do where it is not to be had, DiskFullError when no space is left.
    """
    if own := shutil.which("runsc", path=system_environment()["PATH"]):
        return Path(own)
    do = "Install gVisor's runsc, or choose --tier hardened, which does without it."
    try:
        source = find_distribution()
        suite = next((name for name in source.suites if name in NEWER), source.suites[0])
        prefix = provide_tools(places, "runsc", source, {"runsc": suite}, say)
    except (DiskFullError, LockedError):
        raise
    except MachineError as error:
        raise NoEngineError(f"The tier 'hardened-gvisor' needs gVisor's runsc. {error.what}", do) from error
    program = prefix / "usr/bin/runsc"
    if not program.exists():
        raise NoEngineError("The package runsc holds no program runsc.", do)
    return program
