"""Build files/signals.tar.gz from this folder, the same bytes each time: `python3 build_archive.py`."""

import gzip
import hashlib
import io
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURES = 26
PICTURE_BYTES = 2_400


def pictures() -> bytes:
    """The pictures of the flags: bytes that no compressor makes smaller, and that are the same each time."""
    blocks = (hashlib.sha512(f"flag {number}".encode()).digest() for number in range(PICTURES * PICTURE_BYTES // 64))
    return b"".join(blocks)


def write(folder: Path) -> Path:
    """Write the archive into `folder`; neither the time nor the user has a say in its bytes."""
    members = {path.name: path.read_bytes() for path in (HERE / "signals").iterdir()} | {"pictures.bin": pictures()}
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(members.items()):
            entry = tarfile.TarInfo(f"signals/{name}")
            entry.size, entry.mtime, entry.mode = len(data), 1_577_836_800, 0o644
            archive.addfile(entry, io.BytesIO(data))
    path = folder / "signals.tar.gz"
    with path.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=0, fileobj=file, mtime=0) as packed:
        packed.write(tar.getvalue())
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if sys.argv[1:] else HERE.parent / "files"))
