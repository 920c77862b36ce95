"""What set-up and the tests need of the system: words on the terminal, programs that run, Debian packages."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


def say(text: str) -> None:
    """Print `text` to standard error: standard output belongs to the command that follows."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def apt_install(packages: list[str], size: str) -> None:
    """Install Debian packages as root, showing the lines; raises SetupError with the one line to run otherwise."""
    line = "apt-get install " + " ".join(packages)
    if os.geteuid() != 0:
        raise SetupError(f"To go on, this is needed once ({size}):\n  sudo {line}\nThen run the same command again.")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    say("  apt-get update")
    run(["apt-get", "-q", "update"], quiet)
    say(f"  {line}   ({size})")
    options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    done = run(["apt-get", "install", *options, *packages], quiet)
    if done.returncode:
        raise SetupError(f"{line} failed:\n{tail(done.stdout)}")


def run(
    command: list[str], env: dict[str, str] | None = None, follow: Callable[[IO[str]], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `command`, its two outputs in one, which `follow` reads or the result holds; ended when this one is ended."""
    changed = {key: value for key, value in {**os.environ, **(env or {})}.items() if value or key not in (env or {})}
    with subprocess.Popen(
        command, env=changed, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", close_fds=False,
    ) as process:  # fmt: skip
        try:
            text = ""
            if follow and process.stdout:
                follow(process.stdout)
            else:
                text = process.communicate()[0]
            return subprocess.CompletedProcess(command, process.wait(), text)
        except BaseException:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            raise


def tail(output: str, lines: int = 6) -> str:
    """The last lines of `output`, indented."""
    return "\n".join("    " + line for line in output.strip().splitlines()[-lines:])
