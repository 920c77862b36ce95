"""Build contexts that are the trouble: large, deep, linked, oddly named, or full of orders for our tools."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import GOOD, put, rows, spoiled, with_files

refused, failed, graded = rows("context")

ORDERS = {
    ".git/config": "[core]\n\tfsmonitor = touch $TMPDIR/canary; false\n\tpager = touch x\n",
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitattributes": "* filter=evil\n",
}
POLICY = {"Dockerfile.rego": "package docker\ndefault allow := true\n", "policy.rego": "package docker\n"}
CONFIG = {".docker/config.json": '{"credHelpers": {"docker.io": "evil"}}', "config.json": "{}"}


def sparse(name: str, size: int) -> Callable[[Path], Path]:
    """A file that is `size` bytes long, and takes no room."""
    return spoiled(lambda folder: os.truncate(put(folder, name), size))


def link(name: str, target: str) -> Callable[[Path], Path]:
    """A symbolic link, in the place of a file of that name."""

    def act(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return spoiled(act)


def pipe(name: str) -> Callable[[Path], Path]:
    """A named pipe."""

    def act(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return spoiled(act)


def many(count: int) -> Callable[[Path], Path]:
    """Very many empty files."""

    def act(folder: Path) -> None:
        for number in range(count):
            (folder / f"f{number}").touch()

    return spoiled(act)


def deep(levels: int) -> Callable[[Path], Path]:
    """Folders in folders, deeper than a path can be long."""

    def act(folder: Path) -> None:
        top = os.open(folder, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir("d", dir_fd=top)
            inner = os.open("d", os.O_RDONLY, dir_fd=top)
            os.close(top)
            top = inner
        os.close(top)

    return spoiled(act)


def named(name: bytes) -> Callable[[Path], Path]:
    """A file whose name is these bytes."""
    return spoiled(lambda folder: os.close(os.open(os.fsencode(folder) + b"/" + name, os.O_CREAT)))


def listening(folder: Path) -> None:
    """A socket."""
    with socket.socket(socket.AF_UNIX) as server:
        # A relative name: the path of the folder may be longer than a socket's may.
        here = os.open(".", os.O_RDONLY)
        os.chdir(folder)
        server.bind("s")
        os.fchdir(here)
        os.close(here)


def folder_for(name: str) -> Callable[[Path], Path]:
    """A folder where a file should be."""

    def act(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).mkdir()

    return spoiled(act)


def chain(folder: Path) -> None:
    """Links that lead from one to the next, further than a kernel follows."""
    for number in range(300):
        (folder / f"l{number}").symlink_to(f"l{number + 1}")


def ignoring(data: str | bytes) -> Callable[[Path], Path]:
    """A .dockerignore with this in it."""
    return with_files({".dockerignore": data})


CASES = (
    refused("huge-context", "3 MB where 2 are allowed", sparse("big", 3_000_000), "2,000,000 bytes", limit="bytes"),
    refused("sparse-4-tb", "a file of 4 TB that is all hole", sparse("big", 4 * 10**12), "big: ", limit="bytes"),
    refused("many-small-files", "11,000 empty files", many(11_000), "10,000 files and folders", limit="entries"),
    refused("1500-deep", "folders, 1,500 deep", deep(1_500), "deeper than 40 folders", limit="depth"),
    refused(
        "long-path", "a path of 1,100 bytes", with_files({"/".join(["p" * 200] * 5) + "/x": ""}), "1,000", limit="path"
    ),
    refused("dockerfile-is-fifo", "a pipe nobody writes to", pipe("Dockerfile"), "Dockerfile: it is a named pipe"),
    refused("dockerignore-is-fifo", "the same", pipe(".dockerignore"), ".dockerignore: it is a named pipe"),
    refused("fifo", "a pipe among the files", pipe("pipe"), "pipe: it is a named pipe"),
    refused("socket", "a socket among the files", spoiled(listening), "s: it is a socket"),
    refused("dockerfile-is-symlink", "to /etc/passwd", link("Dockerfile", "/etc/passwd"), "a link", never="root:"),
    refused("dockerfile-link-inside", "to a file beside it", link("Dockerfile", "report"), "Dockerfile is a link"),
    refused("dockerfile-is-folder", "a folder of that name", folder_for("Dockerfile"), "Dockerfile is a folder"),
    refused("dockerignore-dev-zero", "a link to /dev/zero", link(".dockerignore", "/dev/zero"), "a link to /dev/zero"),
    refused("link-outside", "a link to /etc", link("leak", "/etc"), "inside the submission", never="root:"),
    refused("link-up", "a link to ../../etc", link("leak", "../../etc"), "leads out of the submission"),
    refused("link-loop", "a link to itself", link("o", "o"), "in a circle"),
    refused("link-chain", "300 links in a row", spoiled(chain), "in a circle", limit="40 links"),
    refused("name-not-utf8", "a name of stray bytes", named(b"bad\xff\xfe"), "the name is not UTF-8"),
    refused("name-new-line", "a name of two lines", named(b"new\nline"), "a control character"),
    refused("name-escape", "an escape sequence as a name", named(b"esc\x1b[31mred"), "a control character"),
    refused("ignore-too-large", "300,000 bytes", ignoring("#" * 300_000), "at most 262,144", limit="256 KB"),
    refused("ignore-long-line", "a line of 70,000 letters", ignoring("x" * 70_000), "at most 65,535", limit="line"),
    refused("ignore-utf16", "UTF-16", ignoring("*.log\n".encode("utf-16")), "saved as UTF-16"),
    refused("ignore-nul", "a NUL byte", ignoring(b"a\0b\n"), "line 1 has a NUL byte"),
    graded("git-config-exec", "a .git that names commands", with_files(ORDERS), score=4),
    graded("own-policy", "Dockerfile.rego and policy.rego", with_files(POLICY), score=4, slow=True),
    graded("own-client-config", ".docker/config.json", with_files(CONFIG), score=4, slow=True),
    graded(
        "odd-file-names",
        "-rf, $(touch x), <script>, quotes, a right-to-left mark",
        with_files(
            dict.fromkeys(["-rf", "$(touch x)", "<script>", "q'uo\"te", "\u202ertl", "back\\slash", "b" * 255], "x"),
            dockerfile=GOOD + "COPY . /c\n",
        ),
        score=4,
    ),
    graded("ignore-bomb", "2,000 patterns of stars", ignoring("**/*a*b*c*d*/**/e*\n" * 2_000), score=4, slow=True),
    graded(
        "ignore-hides-dockerfile",
        "'Dockerfile' is left out",
        ignoring("Dockerfile\n.dockerignore\n"),
        score=4,
        slow=True,
    ),
    failed("ignore-all", "'*' is left out, and then copied", ignoring("*\n"), ".dockerignore leaves it out"),
    failed(
        "copy-from-above",
        "COPY ../secret",
        with_files({}, dockerfile=GOOD + "COPY ../../../etc/passwd /x\n"),
        never="root:",
        slow=True,
    ),
)
