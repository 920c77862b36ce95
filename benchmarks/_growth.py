"""One turn: `python -m benchmarks._growth KIND SIZE FOLDER` prints the work's processor seconds and its megabytes."""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.cases._fifty import FIFTY

Work = Callable[[], object]
BLOCK = 512
PIECE = 1000


def instructions(size: int, _: Path) -> Work:
    """Read a Dockerfile of `size` instructions."""
    from grader.dockerfile import parse

    lines = b'RUN echo "a line of the Dockerfile" > /srv/file\n' * (size - 1)
    return lambda: parse(b"FROM busybox:1.37\n" + lines)


def files(size: int, folder: Path) -> Work:
    """Read an image with `size` files, all of them empty, a thousand in each folder."""
    from grader import image

    path = folder / "image.tar"
    _write(path, size)
    return lambda: image.read(path)


def context(size: int, folder: Path) -> Work:
    """Copy a build context of `size` megabytes into a clean folder, as is done with each submission."""
    from grader.model import Limits
    from grader.submission import stage

    handed = folder / "handed-in"
    handed.mkdir()
    (handed / "Dockerfile").write_bytes(FIFTY)
    for number in range(size):
        (handed / f"{number}").write_bytes(bytes([number % 256]) * 1_000_000)

    def copy() -> None:
        with stage(handed, Limits(context_bytes=(size + 1) * 1_000_000)):
            pass

    return copy


def submissions(size: int, folder: Path) -> Work:
    """Judge `size` stored observations again."""
    from grader import exercise
    from grader.batch.again import judged_again
    from grader.batch.store import store
    from grader.batch.values import HandIn, Outcome
    from grader.dockerfile import parse
    from grader.judge import judge
    from grader.model import Observation

    wanted = exercise.find(exercise.exercises_folder(), "02")
    seen = Observation(exercise=wanted.name, submission="Dockerfile", dockerfile=parse(FIFTY))
    report = msgspec.json.encode(judge(wanted, seen))
    with store(folder / "class") as kept:
        for number in range(size):
            digest = f"{number:064x}"
            kept.hand_in(HandIn(student=f"s{number}", exercise=wanted.name, path="p"), digest, "")
            outcome = Outcome(report=report, observation=msgspec.json.encode(seen))
            kept.keep(wanted.name, "v1", digest, outcome)

    def again() -> None:
        with store(folder / "class") as kept:
            judged_again(kept, wanted)

    return again


def _write(path: Path, size: int) -> None:
    """An archive of one layer; its headers are made of one, in which only the name and the sum differ."""
    layer = path.with_name("layer.tar")
    header = bytearray(tarfile.TarInfo("srv/000000/000").tobuf(tarfile.USTAR_FORMAT))
    header[148:156] = b" " * 8
    digest = hashlib.sha256()
    with layer.open("wb") as file:
        for number in range(size):
            header[4:14] = f"{number // PIECE:06}/{number % PIECE:03}".encode()
            header[148:156] = b" " * 8
            header[148:156] = f"{sum(header):06o}\0 ".encode()
            file.write(header)
            digest.update(header)
        file.write(end := bytes(2 * BLOCK))
        digest.update(end)
    facts = {"os": "linux", "architecture": "amd64", "history": [{"created_by": "COPY . /srv"}]}
    config = {**facts, "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest.hexdigest()}"]}}
    manifest = [{"Config": "config.json", "RepoTags": ["bench:1"], "Layers": ["0/layer.tar"]}]
    with tarfile.open(path, "w") as archive:
        archive.add(layer, "0/layer.tar")
        for name, value in (("config.json", config), ("manifest.json", manifest)):
            file_name = path.with_name(name)
            file_name.write_text(json.dumps(value))
            archive.add(file_name, name)


def main(kind: str, size: int, folder: Path) -> None:
    """Prepare, do the work once, and print."""
    work = {"instructions": instructions, "files": files, "context": context, "submissions": submissions}[kind](
        size, folder
    )
    began = time.process_time()
    work()
    seconds = time.process_time() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
