"""The command line: one file a command in this package, found by its file.

A command's module has `SUMMARY` (its line in `drydock --help`), `options(parser)` and `run(arguments) -> exit status`.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from grader.errors import DiskFullError, DrydockError, InputError, MachineError

PASSED, LOST, UNUSABLE, NOT_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130

DESCRIPTION = "Learn to make Docker images by making them. Drydock builds your Dockerfile and tells you what it saw."

EPILOG = """\
Exit status: 0 all points, 1 points lost, 2 unusable input or usage, 3 not judged (the machine's fault).
`./drydock COMMAND --help` says more about one command."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors end with what to do next."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, name the help, and leave with status 2."""
        self.exit(UNUSABLE, f"drydock: {message}\n  `{self.prog} --help` says what it takes\n")


def commands() -> list[str]:
    """The names of the commands."""
    # Not by pkgutil, which imports `inspect` for it: a tenth of the time of `--help`.
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def parser(command: str = "") -> argparse.ArgumentParser:
    """The command line of one command, whose file is the only one that is imported; without it, what all are for."""
    made = Parser(
        prog="./drydock", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    added = made.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for name in [command] if command else commands():
        module = importlib.import_module(f"{__name__}.{name}")
        one = added.add_parser(
            name,
            help=module.SUMMARY,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if command:
            module.options(one)
            one.set_defaults(run=module.run)
    return made


def add_hints(parser: argparse.ArgumentParser) -> None:
    """The option `--hints [N]`: how many hints of each failed check are shown."""
    parser.add_argument(
        "--hints",
        metavar="N",
        nargs="?",
        type=int,
        const=9,
        default=0,
        help="show the hints of what failed (N of each)",
    )


def add_page(parser: argparse.ArgumentParser) -> None:
    """The option `--html FILE`."""
    parser.add_argument("--html", metavar="FILE", help="write the report as a page that a browser opens")


def add_tier(parser: argparse.ArgumentParser) -> None:
    """The option `--tier NAME`: how submissions are kept apart from this machine and from one another."""
    parser.add_argument(
        "--tier",
        choices=("trusted", "default", "hardened", "hardened-gvisor"),
        default="trusted",
        help="the isolation: trusted (one engine for all, for your own work), default (any Docker: an engine in a "
        "container for each), hardened (Linux as root: a throw-away engine for each) or hardened-gvisor (and gVisor's "
        "kernel in it); never lowered",
    )


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    named = next((word for word in words if not word.startswith("-")), "")
    given = parser(named if named in commands() else "").parse_args(words)
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        status = given.run(given)
        sys.stdout.flush()
    except DrydockError as error:
        status = failure(error)
    except KeyboardInterrupt:
        print("\ndrydock: stopped; nothing was left behind", file=sys.stderr)
        status = INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        status = 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        with suppress(OSError):
            sys.stdout.close()
        status = failure(_full(error))
    sys.exit(status)


def _full(error: OSError) -> DiskFullError:
    file = f" for {error.filename}" if error.filename else ""
    return DiskFullError(
        f"No space is left on a disk that is written to{file}.",
        "Make room, and try again. TMPDIR names another folder for temporary files, DRYDOCK_HOME for all that is kept.",
    )


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def failure(error: DrydockError) -> int:
    """Print the message; the exit status says whose business it is."""
    # Here, and not above: msgspec, which it needs, takes a third of the time of `--help`.
    from grader.report.inert import visible

    print(f"drydock: {visible(str(error))}", file=sys.stderr)
    if isinstance(error, InputError):
        return UNUSABLE
    return NOT_JUDGED if isinstance(error, MachineError) else LOST
