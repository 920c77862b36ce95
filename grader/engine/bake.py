"""What a docker-bake.hcl says: read by `docker buildx bake --print`, which builds nothing and asks no engine."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import msgspec

from grader.engine.places import EngineAddress
from grader.errors import EngineError, SubmissionError
from grader.model.reading import from_json

FILE = "docker-bake.hcl"
FILE_BYTES = 64 * 1024
MEMORY_KB = 4_000_000
OUTPUT_BYTES = 1 << 20
SECONDS = 20.0


class BakeTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One target, its variables and functions worked out: `args` are the build arguments, `tags` the image's names."""

    name: str
    tags: tuple[str, ...] = ()
    args: dict[str, str] = msgspec.field(default_factory=dict)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    target: str = ""


class _Target(msgspec.Struct, frozen=True):
    tags: tuple[str, ...] = ()
    args: dict[str, str | None] = msgspec.field(default_factory=dict)
    labels: dict[str, str | None] = msgspec.field(default_factory=dict)
    target: str = ""


class _Plan(msgspec.Struct, frozen=True):
    target: dict[str, _Target] = msgspec.field(default_factory=dict)


def targets(address: EngineAddress, context: Path) -> tuple[BakeTarget, ...]:
    """The targets that `docker buildx bake`, called in `context` without a name, would build.

    Its text can ask for any amount of memory, time and output, so all are bounded. Raises SubmissionError where there
    is no docker-bake.hcl or it cannot be read, EngineError where the client cannot be run.
    """
    file = context / FILE
    if not file.is_file() or file.is_symlink():
        raise SubmissionError(f"there is no {FILE} beside the Dockerfile")
    if file.stat().st_size > FILE_BYTES:
        raise SubmissionError(f"{FILE} has more than {FILE_BYTES:,} bytes")
    # POSIX counts the size of files in units of 512 bytes; what goes beyond it ends the program.
    limits = f"ulimit -v {MEMORY_KB} 2>/dev/null; ulimit -f {OUTPUT_BYTES // 512}"
    bounded = ["sh", "-c", f'{limits}; exec "$@"', "sh"]
    command = [*bounded, *address.buildx, "bake", f"--file={FILE}", "--print"]
    with tempfile.TemporaryDirectory(prefix="drydock-bake-") as home:
        env = address.environment(os.environ)
        if address.config:
            env["HOME"] = home
        said, plan_file = Path(home, "said"), Path(home, "plan")
        try:
            with said.open("wb") as stderr, plan_file.open("wb") as stdout:
                done = subprocess.run(
                    command,
                    cwd=context,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=stdout,
                    stderr=stderr,
                    timeout=SECONDS,
                    check=False,
                )
        except subprocess.TimeoutExpired as error:
            raise SubmissionError(f"{FILE} was not read within {SECONDS:.0f} s") from error
        except OSError as error:
            raise EngineError(f"The Docker client {address.docker} cannot be run: {error.strerror}.") from error
        printed, errors = plan_file.read_bytes(), said.read_bytes()
    if len(printed) >= OUTPUT_BYTES:
        raise SubmissionError(f"{FILE} comes to more than {OUTPUT_BYTES:,} bytes once it is worked out")
    if done.returncode:
        raise SubmissionError(f"{FILE} cannot be read:\n{_said(errors)}")
    try:
        plan = from_json(printed, _Plan)
    except msgspec.MsgspecError as error:
        raise SubmissionError(f"{FILE} is not what a build can be made of: {error}") from error
    return tuple(
        BakeTarget(name=name, tags=one.tags, args=_given(one.args), labels=_given(one.labels), target=one.target)
        for name, one in plan.target.items()
    )


def _given(pairs: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in pairs.items() if value is not None}


def _said(stderr: bytes) -> str:
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip() and line[:1] != "#"]
    return "\n".join(lines[-8:])[-1000:]
