"""Make the small image archives under tests/image/archives with the engine that DOCKER_HOST names.

    python scripts/make_image_fixtures.py graph28        (once for each engine, under a name for it)

For each image: NAME-IMAGE.tar.gz (`docker save`), and NAME-IMAGE.json with what the engine itself says of it: sizes and
texts of `docker history`, and the file system as `docker export` gives it. NAME-classic.json has the history that the
classic builder writes. The engine must hold busybox:1.37; what is made is removed again.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

ARCHIVES = Path(__file__).parent.parent / "tests" / "image" / "archives"
BASE = "drydock-fixture-base:1"
TAG = "drydock-fixture:1"
RUN = "RUN --mount=from=busybox:1.37,source=/,target=/bb "
MADE_BY_ENGINE = (".dockerenv", "dev", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf", "proc", "sys", "bb")

STORY = [
    "COPY --chown=7:8 d/ /d/",
    "COPY long/ /long/",
    'sh="echo changed > /etc/motd; chmod 600 /lib/a; chown 5:6 /lib/b; touch /etc/passwd"',
    'sh="rm /d/a; rm -rf /lib; mkdir /lib; echo new > /lib/c"',
    'sh="rm -rf /old; echo file > /old; rm /etc/motd; mkdir /etc/motd; echo in > /etc/motd/in"',
    'sh="ln /d/b /d/hard; ln -sf ../d/b /etc/link; rm /twin/one; mv /d/c /moved"',
    'sh="rm -rf /d; mkdir /opaque; cp /etc/passwd /opaque/passwd"',
    'sh="rm -rf /opaque; mkdir /opaque; chmod 700 /opaque"',
    "WORKDIR /app",
    "COPY same /etc/passwd",
]

IMAGES = {
    "copy-then-chmod": ["COPY big /big", 'sh="chmod 600 /big"'],
    "copy-chmod": ["COPY --chmod=600 big /big"],
    "story": STORY,
}

LINES = """ARG GREETING=hello
ENV A=1 B=$GREETING
LABEL q="one two"
WORKDIR /app
COPY d/ d/
RUN echo first
USER 1000
EXPOSE 80/tcp 81
VOLUME /data
HEALTHCHECK --interval=5s --retries=2 CMD true
STOPSIGNAL SIGINT
SHELL ["/bin/sh", "-ec"]
ONBUILD RUN echo later
RUN echo first
ENTRYPOINT ["/bin/sh"]
CMD ["-c", "id"]
ADD d/b /b
"""


def instruction(step: str) -> str:
    """A step of an image as a line of a Dockerfile; the base image has no shell, so RUN borrows busybox's."""
    if not step.startswith("sh="):
        return step
    words = json.dumps(["/bb/bin/busybox", "sh", "-c", "export PATH=/bb/bin; " + step[4:-1]])
    return RUN + words


def base_tar() -> bytes:
    """A root file system with a little of everything."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:

        def put(name: str, data: bytes = b"", **more: object) -> None:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = len(data), 0o644, 1_600_000_000
            for key, value in more.items():
                setattr(info, key, value)
            tar.addfile(info, io.BytesIO(data))

        for folder in ("./", "./bb/", "./etc/", "./lib/", "./old/", "./old/deep/", "./twin/"):
            put(folder, type=tarfile.DIRTYPE, mode=0o755)
        put("./etc/passwd", b"root:x:0:0:root:/:/bin/sh\n")
        put("./etc/motd", b"welcome\n")
        put("./etc/link", type=tarfile.SYMTYPE, linkname="passwd")
        put("./lib/a", b"a" * 1000)
        put("./lib/b", b"b" * 2000)
        put("./old/deep/file", b"deep" * 100)
        put("./old/f", b"f")
        put("./twin/one", b"twins" * 50)
        put("./twin/two", type=tarfile.LNKTYPE, linkname="./twin/one")
    return out.getvalue()


def docker(*words: str, stdin: bytes | None = None, **environment: str) -> bytes:
    """Run the docker command; returns what it prints."""
    done = subprocess.run(["docker", *words], input=stdin, capture_output=True, env={**os.environ, **environment})
    if done.returncode:
        raise SystemExit(f"docker {' '.join(words)}:\n{done.stderr.decode()}")
    return done.stdout


def make_context(folder: Path) -> None:
    """The files that the images copy."""
    (folder / "d").mkdir()
    for name in "abc":
        (folder / "d" / name).write_text(name * 300)
    (folder / "long").mkdir()
    (folder / "long" / ("x" * 150)).write_text("a name for a GNU or PAX header")
    (folder / "long" / "grüße-日本語").write_text("a name beyond ASCII")
    (folder / "same").write_bytes(b"root:x:0:0:root:/:/bin/sh\n")
    (folder / "big").write_bytes(bytes(10_000_000))
    for path in sorted(folder.rglob("*")):
        os.utime(path, (1_600_000_000, 1_600_000_000))


def exported(tag: str) -> dict[str, list[object]]:
    """Path -> kind, mode, uid, gid, size and sha256 (or a link's target), as `docker export` shows them."""
    container = docker("create", tag, "/x").decode().strip()
    try:
        with tarfile.open(fileobj=io.BytesIO(docker("export", container))) as tar:
            return dict(_facts(tar))
    finally:
        docker("rm", container)


def _facts(tar: tarfile.TarFile) -> Iterator[tuple[str, list[object]]]:
    for member in tar:
        name = member.name.removeprefix("./").rstrip("/")
        if not name or any(name == made or name.startswith(made + "/") for made in MADE_BY_ENGINE):
            continue
        kind = "folder" if member.isdir() else "link" if member.issym() else "file"
        stream = tar.extractfile(member) if kind == "file" else None
        data = stream.read() if stream else b""
        last = member.linkname if kind == "link" else hashlib.sha256(data).hexdigest() if kind == "file" else ""
        yield "/" + name, [kind, member.mode & 0o7777, member.uid, member.gid, len(data), last]


def history(tag: str) -> list[list[object]]:
    """Size in bytes and text of each row, oldest first."""
    rows = docker("history", "--no-trunc", "-H=false", "--format", "{{.Size}}\t{{json .CreatedBy}}", tag).decode()
    split = [row.split("\t") for row in rows.splitlines()]
    return [[int(size), json.loads(text)] for size, text in reversed(split)]


def saved(tag: str, name: str) -> None:
    """Write the archive, compressed, and what the engine says of the image."""
    with gzip.GzipFile(ARCHIVES / f"{name}.tar.gz", "wb", mtime=0) as out:
        out.write(docker("save", tag))
    facts = {"history": history(tag), "files": exported(tag)}
    (ARCHIVES / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False, sort_keys=True) + "\n")


def _bytes(tar: tarfile.TarFile, name: str) -> bytes:
    found = tar.extractfile(name)
    if found is None:
        raise ValueError(f"{name} is not a file of the archive")
    return found.read()


def main(engine: str) -> None:
    """Make all fixtures of one engine."""
    ARCHIVES.mkdir(parents=True, exist_ok=True)
    docker("import", "-", BASE, stdin=base_tar())
    with tempfile.TemporaryDirectory() as temporary:
        context = Path(temporary)
        make_context(context)
        for name, steps in IMAGES.items():
            text = f"FROM {BASE}\n" + "".join(instruction(step) + "\n" for step in steps)
            words = ("buildx", "build", "--network=none", "-t", TAG, "--provenance=false", "-f", "-", str(context))
            docker(*words, stdin=text.encode())
            saved(TAG, f"{engine}-{name}")
            docker("rmi", "-f", TAG)
            if name == "story" and b"containerd" in docker("info", "--format", "{{.DriverStatus}}"):
                oci = context / "oci.tar"
                docker(*words, "--output", f"type=oci,dest={oci}", stdin=text.encode())
                with gzip.GzipFile(ARCHIVES / f"{engine}-oci-story.tar.gz", "wb", mtime=0) as out:
                    out.write(oci.read_bytes())
                oci.unlink()
                copy = (ARCHIVES / f"{engine}-story.json").read_bytes()
                (ARCHIVES / f"{engine}-oci-story.json").write_bytes(copy)
        lines = {"buildkit": ("1", f"FROM busybox:1.37 AS first\n{LINES}FROM first\nRUN echo last\n")}
        lines["classic"] = ("0", lines["buildkit"][1])
        for builder, (kit, text) in lines.items():
            (context / "Dockerfile").write_text(text)
            docker("build", "--network=none", "-t", TAG, str(context), DOCKER_BUILDKIT=kit)
            with tarfile.open(fileobj=io.BytesIO(docker("save", TAG))) as tar:
                (entry,) = json.loads(_bytes(tar, "manifest.json"))
                config = json.loads(_bytes(tar, entry["Config"]))
            docker("rmi", "-f", TAG)
            facts = {"dockerfile": text, "history": config["history"]}
            (ARCHIVES / f"{engine}-{builder}-history.json").write_text(json.dumps(facts, indent=1) + "\n")
    docker("rmi", "-f", BASE)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_image_fixtures.py NAME-FOR-THE-ENGINE")
    main(sys.argv[1])
