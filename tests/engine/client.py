"""The docker program, talking to one engine."""

from __future__ import annotations

import subprocess

from grader.engine.places import EngineAddress


def docker(engine: EngineAddress, *arguments: str) -> str:
    """What it prints; the test fails with what it said when it fails."""
    done = subprocess.run(
        [engine.docker, *arguments],
        env=engine.environment({}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
