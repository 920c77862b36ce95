"""what each ADD takes."""

from __future__ import annotations

import bz2
import io
import lzma
import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from grader.dockerfile import environment, expand
from grader.errors import DockerfileError
from grader.model import Addition, Additions, AdditionsSeen, Instruction, NotObserved
from grader.observe.bench import Bench

SHARES = "context"

ADDRESS = re.compile(r"(?:https?|ssh|git|ftp)://|git@", re.IGNORECASE)
HEAD = 1 << 20
ZSTANDARD = b"\x28\xb5\x2f\xfd"


def see(bench: Bench, _: Additions) -> AdditionsSeen:
    """The sources of every ADD of the Dockerfile, in all stages, variables and wildcards expanded."""
    try:
        scopes = environment(bench.dockerfile)
        found = [
            addition
            for one, scope in zip(bench.dockerfile.instructions, scopes, strict=True)
            if one.name == "ADD"
            for word in one.arguments[:-1]
            for addition in _sources(bench.context, one, expand(word, scope, bench.dockerfile.escape))
        ]
    except DockerfileError as error:
        raise NotObserved(error.what, machine=False) from error
    return AdditionsSeen(sources=tuple(found))


def _sources(context: Path, one: Instruction, source: str) -> Iterator[Addition]:
    if any(source.lstrip("<-").strip("\"'") == heredoc.name for heredoc in one.heredocs) and source.startswith("<<"):
        yield Addition(line=one.start, source=source, kind="here-document")
    elif ADDRESS.match(source):
        yield Addition(line=one.start, source=source, kind="address")
    else:
        inside = posixpath.normpath(f"/{source}").lstrip("/")
        paths = sorted(context.glob(inside)) if inside else [context]
        if not paths:
            yield Addition(line=one.start, source=source, kind="missing")
        for path in paths:
            name = path.relative_to(context).as_posix()
            if path.is_dir():
                yield Addition(line=one.start, source=name, kind="folder")
            else:
                kept = any(flag.lower() == "--unpack=false" for flag in one.flags)
                archive = not kept and is_archive(path)
                yield Addition(line=one.start, source=name, kind="archive" if archive else "file")


def is_archive(path: Path) -> bool:
    """Whether ADD unpacks the file: a tar, plain or compressed with gzip, bzip2, xz or zstd, told by its contents.

    Of a file in zstd only the beginning is looked at. Source: BuildKit v0.25.2, solver/llbsolver/file/unpack.go.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(ZSTANDARD):
        return True
    try:
        with tarfile.open(fileobj=io.BytesIO(_plain(head)), mode="r:") as archive:
            return archive.next() is not None
    except (tarfile.TarError, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        return False


def _plain(head: bytes) -> bytes:
    """The start of what was compressed, at most HEAD bytes of it."""
    if head.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    if head.startswith(b"BZh"):
        return bz2.BZ2Decompressor().decompress(head, HEAD)
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMADecompressor().decompress(head, HEAD)
    return head
