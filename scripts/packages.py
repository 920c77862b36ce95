"""Installing what a lock file names, with pip: the progress of it, and what to do where it fails."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from scripts.system import SetupError, run, say, tail

# Settings under which pip would install elsewhere, install nothing, or say nothing. All others are respected.
TAKEN_BACK = ("TARGET", "PREFIX", "ROOT", "USER", "DRY_RUN", "REPORT", "QUIET", "VERBOSE", "REQUIREMENT", "EDITABLE")
REASONS = [
    (
        ("No space left on device", "Disk quota exceeded"),
        "The disk is full. Make room, and run the same command again.",
    ),
    (
        ("DO NOT MATCH THE HASHES",),
        "A package is not the file that the lock file names. Nothing of it was installed. With a mirror, ask who\n"
        "  runs it; else run the same command again with PIP_NO_CACHE_DIR=1.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SSLError"),
        "The package index showed a certificate that this machine does not trust. Behind a proxy with its own\n"
        "  certificate, set PIP_CERT to that certificate's file, and run the same command again.",
    ),
    (
        ("NewConnectionError", "name resolution", "ProxyError", "timed out", "unreachable", "Connection refused"),
        "The packages could not be fetched: the package index does not answer. Set-up needs the network once. With a\n"
        "  mirror, set PIP_INDEX_URL; with a folder of wheels, set PIP_NO_INDEX=1 and PIP_FIND_LINKS=folder.",
    ),
    (
        ("Failed building wheel", "Failed to build", "metadata-generation-failed"),
        "A package has no ready-made file for this system and Python, and could not be compiled. Python 3.11 to 3.14\n"
        "  on Linux (x86_64, aarch64) and macOS have them all: DRYDOCK_PYTHON=/path/to/python3.13 ./drydock …",
    ),
    (("No matching distribution",), "A package that the lock file names is not there. Is the mirror complete?"),
]


def pip_install(python: Path, lock: Path, wheels: Path | None = None) -> None:
    """Install all that the lock file `lock` names into the environment of `python`, and show how far it is.

    With `wheels`, a folder, nothing else is asked.
    """
    options = ["--require-hashes", "--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    if wheels:
        options += ["--no-index", "--no-cache-dir", f"--find-links={wheels}"]
    total = sum(line[:1].isalnum() for line in lock.read_text("utf-8").splitlines())
    said: list[str] = []
    show = progress(total)

    def follow(stream: IO[str]) -> None:
        for line in stream:
            said.append(line)
            show(line)

    env = {"PIP_" + key: "" for key in TAKEN_BACK} | {"PIP_USER": "0", "PIP_DRY_RUN": "0"}
    done = run([str(python), "-I", "-u", "-m", "pip", "install", *options, "-r", str(lock)], env, follow)
    if done.returncode:
        output = "".join(said)
        raise SetupError(
            f"pip could not install what {lock.name} names. It said:\n{tail(output)}\n  {explained(output)}"
        )


def progress(total: int) -> Callable[[str], None]:
    """A function that takes pip's lines and shows the packages counted: in place on a terminal, else every 25."""
    terminal = sys.stderr.isatty()
    state = {"left": total, "seen": 0}

    def show(line: str) -> None:
        words = line.split()
        if words[:1] == ["Ignoring"]:
            state["left"] -= 1
        elif words[:1] in (["Collecting"], ["Processing"]) or words[:2] == ["Requirement", "already"]:
            state["seen"] += 1
            text = f"  {state['seen']} of {state['left']} packages fetched"
            if terminal:
                sys.stderr.write(f"\r{text}: {words[1][:40]}\033[K" if words[0] != "Requirement" else f"\r{text}\033[K")
            elif state["seen"] % 25 == 0:
                say(text)
        elif words[:2] == ["Installing", "collected"]:
            say(("\r\033[K" if terminal else "") + "  all fetched; unpacking them …")
        elif "Retrying" in line:
            say(("\r\033[K" if terminal else "") + "  the package index does not answer; trying again …")

    return show


def explained(output: str) -> str:
    """What to do about the failure that `output` shows."""
    for signs, advice in REASONS:
        if any(sign in output for sign in signs):
            return advice
    return "Run the same command again; if it fails again, the lines above say why."
