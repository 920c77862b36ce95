"""Build files/theme.tar.gz and files/charts.tar.gz from this folder, the same bytes each time: `python3 build_archives.py`."""

import io
import sys
import tarfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("theme", "charts")
DAY = 1577836800


def built(name: str) -> bytes:
    """The archive of the folder `name`, its files without the folder; neither time nor owner is this machine's."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted((HERE / name).rglob("*")):
            member = tarfile.TarInfo(path.relative_to(HERE / name).as_posix())
            member.mtime = DAY
            member.mode = 0o755 if path.is_dir() else 0o644
            if path.is_dir():
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            else:
                data = path.read_bytes()
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    squeeze = zlib.compressobj(level=0, wbits=31)
    return squeeze.compress(plain.getvalue()) + squeeze.flush()


if __name__ == "__main__":
    into = Path(sys.argv[1]) if sys.argv[1:] else HERE.parent / "files"
    for each in NAMES:
        print((into / f"{each}.tar.gz").write_bytes(built(each)), each)
