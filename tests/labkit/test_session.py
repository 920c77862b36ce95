"""The end of a kernel: quick enough for JupyterLab, and what is removed of the lesson is the lesson's."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from labkit import session as sessions
from labkit.session import Session

LESSON = "01-commit"
# Stands for the Docker client: says what an engine holds, and keeps what it is told to remove.
CLIENT = """#!/bin/sh
case "$*" in
    "container ls"*) cat <<'ROWS'
aa lab01-box debian:trixie-slim
bb busy_name lab01/box:1 01-commit
cc other_name 127.0.0.1:5000/lab01/box:1
dd labelled busybox:1.37 01-commit
ee lab02-box busybox:1.37 02-dockerfile-build
ff mylab01-box busybox:1.37
gg somebody lab010/box:1
ROWS
    ;;
    "image ls --filter reference"*) cat <<'ROWS'
lab01/box 1 <none>
127.0.0.1:5000/lab01/box 1 sha256:11
127.0.0.1:5000/lab01/old <none> sha256:22
ROWS
    ;;
    "image ls --quiet --filter dangling"*) echo 33 ;;
    "image ls --quiet --no-trunc"*) printf 'sha256:44444444444444444444\\nsha256:55555555555555555555\\n' ;;
    *) echo "$*" >> "$(dirname "$0")/removed" ;;
esac
"""


class Slow:
    """A build that does not end when it is told to."""

    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def ended(self, seconds: float) -> bool:
        time.sleep(seconds)
        return False

    def settle(self) -> None: ...


def test_a_kernel_ends_in_time_however_many_builds_are_still_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "END_SECONDS", 0.3)
    session, builds, begun = Session(), [Slow(), Slow(), Slow()], []
    monkeypatch.setattr(session, "_clean", lambda *, again: begun.append(again))
    session._running = list(builds)
    began = time.monotonic()
    session.end()
    assert time.monotonic() - began < 1
    assert all(build.cancelled for build in builds)
    assert begun == [True]
    session.end()
    assert begun == [True, False]


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_what_bears_the_lessons_label_or_name_is_removed_and_nothing_else(tmp_path: Path, shell: str) -> None:
    client = tmp_path / "docker"
    client.write_text(CLIENT)
    client.chmod(0o755)
    arguments = [str(client), "01", LESSON, "drydock.lesson", "444444444444 sha256:66", ""]
    subprocess.run([shell, "-c", sessions._CLEAN, *arguments], check=True)
    assert (tmp_path / "removed").read_text().splitlines() == [
        "container rm --force --volumes aa bb cc dd",
        "image rm --force lab01/box:1 127.0.0.1:5000/lab01/box:1 127.0.0.1:5000/lab01/old@sha256:22",
        "image rm --force 33",
        "image rm --force sha256:44444444444444444444",
    ]
