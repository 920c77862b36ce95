"""Archives that are the trouble; made in memory, none of them is in the repository."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import GOOD, REPORT, put, rows

refused, _, graded = rows("archive")

ZEROS = bytes(3_000_000)
FILES = (("Dockerfile", GOOD.encode()), ("report", REPORT.encode()))


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def special(name: str, mode: int) -> zipfile.ZipInfo:
    """A member of a zip with this mode of Unix."""
    made = zipfile.ZipInfo(name)
    made.create_system, made.external_attr = 3, mode << 16
    return made


def answer() -> tuple[tuple[zipfile.ZipInfo, bytes], ...]:
    """The right answer as members of a zip."""
    return (special("Dockerfile", 0o100644), GOOD.encode()), (special("report", 0o100755), REPORT.encode())


def tarred(*members: tuple[str, bytes | dict[str, object]]) -> bytes:
    """A tar of these members, each with its contents or with the fields of a header."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, given in members:
            member = tarfile.TarInfo(name)
            data = given if isinstance(given, bytes) else b""
            for key, value in given.items() if isinstance(given, dict) else ():
                setattr(member, key, value)
            member.mode, member.size = 0o755, len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def lying(data: bytes, size: int) -> bytes:
    """A zip whose records promise another size for every file."""
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data = data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]
    return data


def overlapping(count: int) -> bytes:
    """A zip whose records all name the same compressed megabytes."""
    data = zipped(*answer(), ("zeros", ZEROS))
    end = data.rindex(b"PK\x05\x06")
    at = data.rindex(b"PK\x01\x02")
    records = b"".join(data[at:end].replace(b"zeros", b"%05d" % n) for n in range(count))
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    size = at - start + len(records)
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2 + count, 2 + count, size, start, 0)
    return data[:at] + records + tail


def promised(size: int) -> bytes:
    """A tar header that promises `size` bytes, and nothing behind it."""
    made = tarfile.TarInfo("x")
    made.size = size
    return tarred(*FILES)[:-10_240] + made.tobuf(tarfile.GNU_FORMAT)


def file(name: str, data: bytes) -> Callable[[Path], Path]:
    """One file that is handed in."""
    return lambda folder: put(folder, name, data)


def one_zip(name: str, data: bytes = b"x") -> Callable[[Path], Path]:
    """A right answer as a zip, with one more member."""
    return file("a.zip", zipped(*answer(), (name, data)))


def one_tar(**fields: object) -> Callable[[Path], Path]:
    """A right answer as a tar, with one more member."""
    return file("a.tar", tarred(*FILES, ("odd", dict(fields))))


BOMB = gzip.compress(tarred(*FILES, ("zeros", ZEROS)))
NESTED = zipped(*answer(), ("inner.zip", zipped(("inner.zip", zipped(("zeros", ZEROS))))))

CASES = (
    refused("zip-slip", "../../escape.txt", one_zip("../../escape.txt"), "the name leads out"),
    refused("zip-slip-inner", "a/../../x", one_zip("a/../../x"), "the name leads out"),
    refused("zip-absolute", "/abs.txt", one_zip("/abs.txt"), "begins at the root"),
    refused("zip-drive", "C:/win.txt", one_zip("C:/win.txt"), "a drive letter"),
    refused("zip-backslash", "..\\..\\win.txt", one_zip("..\\..\\win.txt"), "a backslash"),
    refused(
        "zip-link", "a link to /etc", file("a.zip", zipped(*answer(), (special("l", 0o120777), b"/etc"))), "a link"
    ),
    refused(
        "zip-device", "a device", file("a.zip", zipped(*answer(), (special("null", 0o020666), b""))), "neither a file"
    ),
    refused("zip-by-case", "Report beside report", one_zip("Report"), "only by upper and lower case"),
    refused("zip-file-is-folder", "report/x beside report", one_zip("report/x"), "both a file and a folder"),
    refused("zip-control", "an escape sequence as a name", one_zip("a\x1b[2Jb"), "a control character"),
    refused("zip-bomb", "3 MB of zeros in 3 kB", one_zip("zeros", ZEROS), "2,000,000 bytes", limit="bytes"),
    refused(
        "zip-lies-small",
        "says 10 bytes, has 3 MB",
        file("a.zip", lying(zipped(*answer(), ("z", ZEROS)), 10)),
        "damaged",
    ),
    refused(
        "zip-lies-large",
        "says 4 GB",
        file("a.zip", lying(zipped(*answer()), 4_000_000_000)),
        "2,000,000",
        limit="bytes",
    ),
    refused("zip-overlapping", "500 records for the same bytes", file("a.zip", overlapping(500)), limit="bytes"),
    refused(
        "zip-password",
        "locked",
        file("a.zip", zipped(*answer()).replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0")),
        "password",
    ),
    refused("zip-cut", "its end is missing", file("a.zip", zipped(*answer())[:-30]), "damaged"),
    refused(
        "zip-many",
        "110,000 records",
        file("a.zip", zipped(("x", b"PK\x01\x02" * 110_000), method=0)),
        "100,000",
        limit="entries",
    ),
    refused("tar-slip", "../x", file("a.tar", tarred(*FILES, ("../x", b"x"))), "the name leads out"),
    refused("tar-absolute", "/etc/x", file("a.tar", tarred(*FILES, ("/etc/x", b"x"))), "begins at the root"),
    refused("tar-link", "a link to /etc", one_tar(type=tarfile.SYMTYPE, linkname="/etc"), "it is a link"),
    refused("tar-hard-link", "to /etc/passwd", one_tar(type=tarfile.LNKTYPE, linkname="/etc/passwd"), "a hard link"),
    refused("tar-device", "a device", one_tar(type=tarfile.CHRTYPE), "it is a device"),
    refused("tar-fifo", "a pipe", one_tar(type=tarfile.FIFOTYPE), "a named pipe"),
    refused("tar-sparse", "a sparse file", one_tar(type=tarfile.GNUTYPE_SPARSE), "a sparse file"),
    refused("tar-8-tb", "promises 8 TB", file("a.tar", promised(8 * 10**12)), "2,000,000 bytes", limit="bytes"),
    refused("tar-gz-bomb", "3 MB of zeros in 3 kB", file("a.tgz", BOMB), "2,000,000 bytes", limit="bytes"),
    refused(
        "tar-gz-empty-parts", "20,000 empty parts", file("a.tgz", gzip.compress(b"") * 20_000), "10,000", limit="parts"
    ),
    refused("tar-gz-cut", "its end is missing", file("a.tgz", gzip.compress(tarred(*FILES))[:80]), "damaged"),
    refused("not-a-zip", "a text called a.zip", file("a.zip", GOOD.encode()), "this is not a zip archive"),
    refused("rar", "another format", file("a.rar", b"Rar!\x1a\x07\0"), "rar archives are not read"),
    refused("empty-zip", "a zip of nothing", file("a.zip", zipped()), "the folder is empty"),
    graded("zip-in-zip", "a bomb in a zip in a zip, never opened", file("a.zip", NESTED), score=4),
    graded(
        "zip-with-git", "a .git that names commands", one_zip(".git/config", b"[core]\n\tfsmonitor = false\n"), score=4
    ),
)
