"""Build the package repository files/harbour from this folder: `python3 build_archive.py`.

The .deb files are made by hand, as neither the time nor the user is to have a say in their bytes.
"""

import gzip
import hashlib
import io
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EPOCH = 1_577_836_800
EXECUTABLE, PLAIN = 0o755, 0o644

TABLES = "".join(f"{side} = {word}\n" for side, word in (("N", "north"), ("S", "south"), ("E", "east"), ("W", "west")))
GUIDE = "Hold the sextant upright, look at the horizon, and bring the sun down to it.\n"
HEADER = "struct chart { char name[32]; double north, east; struct chart *next; };\n"

PACKAGES = (
    (
        "sextant",
        "says where a harbour lies",
        {"Depends": "sextant-tables", "Recommends": "sextant-guide"},
        {"usr/bin/sextant": (EXECUTABLE, (HERE / "sextant.sh").read_bytes())},
    ),
    (
        "sextant-tables",
        "what sextant reads",
        {},
        {"usr/share/sextant-tables/sides.txt": (PLAIN, TABLES.encode())},
    ),
    (
        "sextant-guide",
        "all that can be said of sextants",
        {},
        {"usr/share/sextant-guide/guide.txt": (PLAIN, GUIDE.encode() * 80_000)},
    ),
    (
        "chartc",
        "compiles charts for sextant",
        {"Depends": "libchart-dev"},
        {"usr/bin/chartc": (EXECUTABLE, (HERE / "chartc.sh").read_bytes())},
    ),
    (
        "libchart-dev",
        "what chartc compiles with",
        {},
        {"usr/lib/libchart-dev/chart.h": (PLAIN, HEADER.encode() * 160_000)},
    ),
)


def _tar(files: dict[str, tuple[int, bytes]]) -> bytes:
    """A packed tar of these files, by path (mode, contents), with the folders above them."""
    folders = {parent.as_posix() for path in files for parent in Path(path).parents if parent.name}
    packed, plain = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted([*folders, *files]):
            mode, data = files.get(path, (EXECUTABLE, b""))
            entry = tarfile.TarInfo(f"./{path}")
            entry.type = tarfile.DIRTYPE if path in folders else tarfile.REGTYPE
            entry.size, entry.mode, entry.mtime = len(data), mode, EPOCH
            archive.addfile(entry, io.BytesIO(data))
    with gzip.GzipFile("", "wb", fileobj=packed, mtime=0) as file:
        file.write(plain.getvalue())
    return packed.getvalue()


def _deb(control: str, files: dict[str, tuple[int, bytes]]) -> bytes:
    """A .deb: an ar archive of its format's version, what is said of the package, and its files (deb(5))."""
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.gz": _tar({"control": (PLAIN, control.encode())}),
        "data.tar.gz": _tar(files),
    }
    archive = b"!<arch>\n"
    for name, data in members.items():
        archive += f"{name:<16}{EPOCH:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode() + data
        archive += b"\n" * (len(data) % 2)
    return archive


def contents(file: Path) -> list[bytes]:
    """What is in a file of the repository, unpacked: compressors differ in their bytes from edition to edition."""
    if file.suffix != ".deb":
        text = file.read_text(encoding="utf-8")
        return ["".join(line for line in text.splitlines(True) if not line.startswith(("Size", "SHA256"))).encode()]
    data, at, members = file.read_bytes(), 8, []
    while at < len(data):
        size = int(data[at + 48 : at + 58])
        member = data[at + 60 : at + 60 + size]
        members.append(gzip.decompress(member) if member.startswith(b"\x1f\x8b") else member)
        at += 60 + size + size % 2
    return members


def write(folder: Path) -> Path:
    """Write the repository into `folder`/harbour: the packages, their list, and what apt has to know."""
    harbour = folder / "harbour"
    harbour.mkdir(parents=True, exist_ok=True)
    listed = ""
    for name, about, relations, files in PACKAGES:
        control = (
            f"Package: {name}\nVersion: 1.0\nArchitecture: all\nMaintainer: The harbour <harbour@example.org>\n"
            f"Installed-Size: {sum(len(data) for _, data in files.values()) // 1024 + 1}\n"
            + "".join(f"{key}: {value}\n" for key, value in relations.items())
            + f"Description: {about}\n"
        )
        deb = _deb(control, files)
        (harbour / f"{name}_1.0_all.deb").write_bytes(deb)
        listed += f"{control}Filename: ./{name}_1.0_all.deb\n"
        listed += f"Size: {len(deb)}\nSHA256: {hashlib.sha256(deb).hexdigest()}\n\n"
    (harbour / "Packages").write_text(listed, encoding="utf-8")
    for name in ("apt.conf", "harbour.list"):
        (harbour / name).write_bytes((HERE / name).read_bytes())
    return harbour


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if sys.argv[1:] else HERE.parent / "files"))
