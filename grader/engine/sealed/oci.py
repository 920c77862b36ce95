"""An OCI runtime that is gVisor's `runsc`, called as Docker and BuildKit call `runc`; a program of its own.

    python oci.py RUNSC STATE ARGUMENTS-OF-RUNC…

It needs nothing but the standard library, as it is started for every command on every container. What it changes is
what runsc 2024-07 lacks: the option --keep, the command `features`, a `delete` that succeeds when the container is
gone, and the image's own /tmp, which runsc covers with an empty one. --overlay2=none lets what is written reach the
layer. STATE is the folder for runsc's state where the caller names none.
"""

import ctypes
import json
import os
import subprocess
import sys
from typing import Any

WITH_VALUE = ("--log", "--log-format", "--root", "--criu", "--rootless")
FLAGS = ("--platform=systrap", "--network=sandbox", "--overlay2=none")
NEW_MOUNTS, PRIVATE = 0x00020000, (1 << 18) | (1 << 14)  # CLONE_NEWNS; MS_PRIVATE and MS_REC
GONE = ("does not exist", "not found", "no such file or directory")
FEATURES = {"ociVersionMin": "1.0.0", "ociVersionMax": "1.2.0", "mountOptions": ["bind", "rbind", "ro", "rw"]}


def split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    """The options before the command, the command, and what follows it."""
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        at += 2 if arguments[at] in WITH_VALUE else 1
    return arguments[:at], arguments[at] if at < len(arguments) else "", arguments[at + 1 :]


def command_line(runsc: str, state: str, arguments: list[str]) -> list[str]:
    """How runsc is called for what runc was asked for."""
    before, command, after = split(arguments)
    if not any(word == "--root" or word.startswith("--root=") for word in before):
        before = [*before, f"--root={state}"]
    if command == "run":
        after = [word for word in after if word != "--keep"]
    return [runsc, *FLAGS, *before, command, *after]


def bundle(after: list[str]) -> str:
    """The folder of the container's configuration, as --bundle names it."""
    for at, word in enumerate(after):
        if word in ("--bundle", "-b") and at + 1 < len(after):
            return after[at + 1]
        if word.startswith("--bundle="):
            return word.partition("=")[2]
    return "."


def with_own_tmp(folder: str, config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with the image's /tmp mounted at /tmp, where it has one and nothing else is mounted there."""
    root = os.path.join(folder, config["root"]["path"])  # noqa: PTH118
    own = os.path.join(root, "tmp")  # noqa: PTH118
    mounts = config.setdefault("mounts", [])
    if os.path.islink(own) or not os.path.isdir(own):  # noqa: PTH112, PTH114
        return config
    if any(mount["destination"].rstrip("/") == "/tmp" for mount in mounts):
        return config
    how = "ro" if config["root"].get("readonly") else "rw"
    mounts.append({"destination": "/tmp", "type": "bind", "source": own, "options": ["rbind", how]})
    return config


def hide_network_settings() -> None:
    """Go on in a mount namespace without /proc/sys/net.

    runsc takes a network for the machine's own, and refuses it, where it finds net/core/rmem_default; newer kernels
    have that in every network.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.unshare(NEW_MOUNTS) or libc.mount(None, b"/", None, PRIVATE, None)
    if failed or libc.mount(b"tmpfs", b"/proc/sys/net", b"tmpfs", 0, None):
        raise OSError(ctypes.get_errno(), "the network settings cannot be hidden from runsc")


def delete(called: list[str]) -> int:
    """Delete a container; one that is gone is deleted."""
    done = subprocess.run(called, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    gone = done.returncode and any(said in done.stderr.lower() for said in GONE)
    return 0 if gone else done.returncode


def main(runsc: str, state: str, arguments: list[str]) -> int:
    """Do what runc was asked for; the exit status."""
    _, command, after = split(arguments)
    if command == "features":
        print(json.dumps(FEATURES))  # noqa: T201
        return 0
    called = command_line(runsc, state, arguments)
    if command in ("run", "create"):
        path = os.path.join(bundle(after), "config.json")  # noqa: PTH118
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            config = with_own_tmp(bundle(after), json.load(file))
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump(config, file)
    if command == "delete":
        return delete(called)
    if command in ("run", "start"):
        hide_network_settings()
    return os.execv(runsc, called)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
