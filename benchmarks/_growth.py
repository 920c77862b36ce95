"""One turn: `python -m benchmarks._growth KIND SIZE FOLDER` prints the work's seconds and its megabytes.

The seconds are the processor's for what Drydock does alone, and those of the clock where the engine works.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import resource
import subprocess
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
    return lambda: image.read(path, limits=image.Limits(paths=2 * size + PIECE))


def context(size: int, folder: Path) -> Work:
    """Copy a build context of `size` megabytes into a clean folder, as is done with each submission."""
    from grader.model import Limits
    from grader.submission import stage

    handed = _megabytes(folder / "handed-in", size)
    (handed / "Dockerfile").write_bytes(FIFTY)

    def copy() -> None:
        with stage(handed, Limits(context_bytes=(size + 1) * 1_000_000)):
            pass

    return copy


def sent(size: int, folder: Path) -> Work:
    """Build an image that holds its build context of `size` megabytes, from nothing, and remove it."""
    from grader.engine.bases.ensure import ensure
    from grader.engine.client import Engine
    from grader.engine.find import find_or_start
    from grader.engine.places import Places

    places = Places.from_environment(os.environ)
    address = find_or_start(places, os.environ, lambda _: None)
    ensure(address, places, ("busybox:1.37",), lambda _: None)
    handed = _megabytes(folder / "handed-in", size)
    text = b"FROM busybox:1.37\nCOPY . /srv/\n"

    def build() -> None:
        engine = Engine(address=address)
        built = engine.build(handed, dockerfile=text, lines=None, seconds=600.0, output_bytes=100_000, no_cache=True)
        assert built.ok, built.failure
        engine.remove_image(built.image)
        engine.close()

    return build


def graded(size: int, folder: Path) -> Work:
    """Grade a class of `size` learners, whose answers all differ, two at a time."""
    from benchmarks.cases.check import laid

    handed = folder / "handed-in"
    for number in range(size):
        laid(handed / f"learner-{number:04}", "00-hello")
        with (handed / f"learner-{number:04}" / "Dockerfile").open("a", encoding="utf-8") as file:
            file.write(f"# {folder.name} {number}\n")
    words = ("grade", "00-hello", str(handed), "--out", str(folder / "results"), "--jobs", "2")
    return lambda: subprocess.run([sys.executable, "-m", "grader", *words], capture_output=True, check=True)


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
            for _ in judged_again(kept, wanted):
                pass

    return again


def _megabytes(folder: Path, size: int) -> Path:
    """The folder, made, with `size` files of a megabyte."""
    folder.mkdir()
    for number in range(size):
        (folder / f"{number}").write_bytes(bytes([number % 256]) * 1_000_000)
    return folder


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


KINDS = {
    "instructions": instructions,
    "files": files,
    "submissions": submissions,
    "context": context,
    "sent": sent,
    "graded": graded,
}
WITH_ENGINE = ("sent", "graded")


def main(kind: str, size: int, folder: Path) -> None:
    """Prepare, do the work once, and print."""
    work = KINDS[kind](size, folder)
    clock = time.perf_counter if kind in WITH_ENGINE else time.process_time
    gc.collect()  # What was made ready is not collected in the work's time.
    began = clock()
    work()
    seconds = clock() - began
    who = resource.RUSAGE_CHILDREN if kind == "graded" else resource.RUSAGE_SELF
    print(seconds, resource.getrusage(who).ru_maxrss / (1 << 10))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
