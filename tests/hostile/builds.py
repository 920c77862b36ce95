"""Build steps that take more than there is: time, output, memory, processes, disk."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import GOOD, lines, put, rows, text, with_files

_, failed, graded = rows("build resources")

TIME = {"cause": "time", "says": "ended after {seconds} s", "limit": "2 s", "build_seconds": 2.0}
STAGES = "".join(f"FROM busybox:1.37 AS s{n}\nRUN sleep 1000\n" for n in range(16))
COLLECTED = "".join(f"COPY --from=s{n} /bin/true /t{n}\n" for n in range(16))
TRAP = "RUN trap '' TERM INT HUP; while true; do sleep 1000 & wait; done"


def packed(*members: tuple[str, dict[str, object], bytes]) -> bytes:
    """A tar for ADD."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, fields, data in members:
            member = tarfile.TarInfo(name)
            for key, value in fields.items():
                setattr(member, key, value)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def added(data: bytes) -> Callable[[Path], Path]:
    """A Dockerfile that unpacks this archive."""
    return with_files({"a.tar": data}, dockerfile=GOOD + "ADD a.tar /x/\n")


def bomb(megabytes: int) -> Callable[[Path], Path]:
    """An archive for ADD that is a thousand times as large unpacked."""

    def make(folder: Path) -> Path:
        text(GOOD + "ADD a.tar.gz /x/\n")(folder)
        out = io.BytesIO()
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as packing:
            head = tarfile.TarInfo("zeros")
            head.size = megabytes << 20
            packing.write(head.tobuf(tarfile.GNU_FORMAT))
            for _ in range(megabytes):
                packing.write(bytes(1 << 20))
            packing.write(bytes(1024))
        put(folder, "a.tar.gz", out.getvalue())
        return folder

    return make


CASES = (
    failed("sleep-forever", "RUN sleep 1000000", lines("RUN sleep 1000000"), **TIME),
    failed("infinite-loop", "RUN while true", lines("RUN while true; do :; done"), **TIME, slow=True),
    failed("ignore-signals", "a step that traps TERM, INT and HUP", lines(TRAP), **TIME),
    failed("waits-for-input", "RUN cat", lines("RUN tail -f /dev/null"), **TIME, slow=True),
    failed("parallel-stages", "16 stages that sleep, all at once", text(STAGES + GOOD + COLLECTED), **TIME),
    failed(
        "log-flood",
        "yes, for ever",
        lines("RUN yes spam spam spam spam"),
        limit="output or time",
        build_seconds=8.0,
        slow=True,
    ),
    failed(
        "log-one-line",
        "8 MB without a line end, then exit 1",
        lines("RUN head -c 8000000 /dev/zero | tr '\\0' x; exit 1"),
        "exit code 1",
        cause="step",
        limit="20,000 characters a step",
        slow=True,
    ),
    failed("exit-code", "RUN exit 3", lines("RUN exit 3"), "exit code 3", cause="step", slow=True),
    failed(
        "killed-by-itself",
        "a shell kills itself",
        lines("RUN sh -c 'kill -9 $$'; exit $?"),
        "exit code 137",
        cause="step",
    ),
    failed(
        "no-such-program", "RUN nothing-there", lines("RUN nothing-there"), "exit code 127", cause="step", slow=True
    ),
    failed("not-executable", "RUN /etc/passwd", lines("RUN /etc/passwd"), "exit code 126", cause="step", slow=True),
    failed("no-shell", 'SHELL ["/no/shell"]', lines('SHELL ["/no/shell"]', "RUN true"), cause="step", slow=True),
    failed("add-tar-traversal", "ADD of ../escape", added(packed(("../../escape", {}, b"x"))), cause="context"),
    failed("add-tar-sparse", "ADD of a sparse tar", added(packed(("s", {"type": b"S"}, b""))), cause="context"),
    failed("add-tar-cut", "ADD of half a tar", added(packed(("s", {}, b"x" * 9000))[:3000])),
    graded("background-daemon", "a step that leaves a process", lines("RUN sleep 1000000 & true"), score=4, slow=True),
    graded("device-node", "mknod, and a read of it", lines("RUN mknod /sda b 8 0; cat /sda; true"), score=4, slow=True),
    graded(
        "probe-host",
        "mount, dmesg, the engine's socket",
        lines("RUN mount -t tmpfs x /mnt; dmesg; ls /var/run/docker.sock; cat /proc/1/environ; true"),
        score=4,
        never="DRYDOCK",
    ),
    failed(
        "fork-bomb", "f() { f | f & }", lines("RUN f() { f | f & }; f; sleep 60"), needs="hardened", limit="processes"
    ),
    failed(
        "memory-bomb",
        "tail of 2 GB of zeros",
        lines("RUN head -c 2000m /dev/zero | tail | wc -c >/dev/null; sleep 1"),
        needs="hardened",
        limit="memory",
        score=None,
    ),
    failed(
        "tmpfs-fill",
        "a tmpfs of 2 GB",
        lines("RUN --mount=type=tmpfs,target=/t head -c 2000m /dev/zero > /t/x"),
        needs="hardened",
        limit="memory",
    ),
    failed(
        "disk-fill",
        "dd of 1,900 MB",
        lines("RUN dd if=/dev/zero of=/x bs=1M count=1900"),
        needs="hardened",
        limit="disk",
    ),
    failed(
        "sparse-huge-file",
        "a sparse file of 1 TB",
        lines("RUN dd if=/dev/zero of=/x bs=1M count=1 seek=1000000"),
        needs="hardened",
        limit="disk",
    ),
    failed(
        "inode-bomb",
        "500,000 empty files",
        lines("RUN mkdir /i; cd /i; i=0; while [ $i -lt 500000 ]; do : > $i || exit 1; i=$((i+1)); done"),
        needs="hardened",
        limit="files or time",
    ),
    failed("add-tar-bomb", "ADD of 1 MB that is 1,500 MB", bomb(1500), needs="hardened", limit="disk"),
    failed(
        "many-run-layers", "140 RUNs", lines(*["RUN true"] * 140), needs="hardened", limit="layers", build_seconds=60.0
    ),
)
