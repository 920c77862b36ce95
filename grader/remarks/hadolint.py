"""hadolint, where it is installed: run on a copy, with a configuration of ours, within bounds of time and output."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

from grader.engine.follow import follow
from grader.errors import MachineError
from grader.model import Remark
from grader.model.reading import from_json

SOURCE = "hadolint"
SECONDS = 8.0
OUTPUT_BYTES = 2_000_000
CONFIGURATION = "hadolint.yaml"
UNREADABLE = "DL1000"

# A remark to hadolint or to ShellCheck could switch a rule off, or say that the shell is one that neither knows.
_PRAGMA = re.compile(rb"(?im)^([^\S\n]*#)[^\n]*\b(?:hadolint|shellcheck)\b[^\n\r]*")


class _Said(msgspec.Struct, frozen=True):
    code: str
    line: int
    message: str


def remarks(text: bytes, program: str = "", *, seconds: float = SECONDS) -> tuple[Remark, ...]:
    """What hadolint remarks on the Dockerfile `text`.

    Raises MachineError when it is not installed, cannot read the text, fails, or takes more than `seconds`.
    """
    program = program or find()
    if not program:
        raise MachineError("it is not installed")
    output = _output(program, without_pragmas(text), seconds)
    try:
        said = from_json(output, tuple[_Said, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MachineError("what it printed is not what was expected") from error
    unreadable = next((each for each in said if each.code == UNREADABLE), None)
    if unreadable is not None:
        raise MachineError(f"it cannot read line {unreadable.line}; it does not know all that BuildKit knows")
    made = (Remark(source=SOURCE, rule=each.code, text=each.message, line=each.line or None) for each in said)
    return tuple(dict.fromkeys(made))


def find() -> str:
    """The path of hadolint: beside this Python, as its package installs it, or else on the PATH; empty without one."""
    beside = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    return beside or shutil.which("hadolint") or ""


def without_pragmas(text: bytes) -> bytes:
    """`text` with every comment line that speaks to hadolint or to ShellCheck made an empty one; lines stay lines."""
    return _PRAGMA.sub(rb"\1", text)


def _output(program: str, text: bytes, seconds: float) -> bytes:
    """What it prints as JSON. Nothing of the submission is beside the copy, and nothing of ours in the environment."""
    pieces: list[bytes] = []

    def take(piece: bytes) -> bool:
        pieces.append(piece)
        return sum(map(len, pieces)) <= OUTPUT_BYTES

    with tempfile.TemporaryDirectory(prefix="drydock-hadolint-") as temporary:
        folder = Path(temporary)
        (folder / "Dockerfile").write_bytes(text)
        configuration = Path(__file__).with_name(CONFIGURATION)
        arguments = [program, f"--config={configuration}", "--no-fail", "--no-color", "--disable-ignore-pragma"]
        env = {"HOME": temporary, "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        if "SYSTEMROOT" in os.environ:
            env["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        try:
            ended, code = follow(
                [*arguments, "--format=json", "Dockerfile"], env=env, folder=folder, seconds=seconds, take=take
            )
        except OSError as error:
            raise MachineError(f"{program} cannot be run: {error.strerror}") from error
    if ended == "time":
        raise MachineError(f"it took more than {seconds:.0f} s")
    if ended == "stopped":
        raise MachineError(f"it printed more than {OUTPUT_BYTES:,} bytes")
    if code != 0:
        raise MachineError(f"it ended with exit code {code}")
    return b"".join(pieces)
