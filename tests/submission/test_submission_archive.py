"""Archives as submissions: what is taken, what is refused, and that nothing is ever written anywhere else."""

import gzip
import io
import os
import struct
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.model import Limits
from grader.submission import stage

FROM = b"FROM busybox:1.37\n"
SMALL = Limits(context_bytes=2_000_000)


def zipped(*files, method=zipfile.ZIP_DEFLATED):
    """A zip of (name, data) pairs; data None is a folder, a ZipInfo is taken as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data or b"")
    return out.getvalue()


def info(name, mode):
    made = zipfile.ZipInfo(name, (2024, 2, 3, 4, 5, 6))
    made.create_system, made.external_attr = 3, mode << 16
    return made


def tarred(*members, form=tarfile.PAX_FORMAT):
    """A tar of (name, data) pairs; data may be bytes, or the fields of a TarInfo."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            if isinstance(data, dict):
                for key, value in data.items():
                    setattr(member, key, value)
                data = b""
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


@pytest.fixture
def ours(tmp_path):
    (tmp_path / "ours").mkdir()
    return tmp_path / "ours"


def staged(data, name, ours, limits=SMALL):
    """What came of the archive: path -> contents (None: a folder); nothing may lie beside it."""
    place = ours.parent / name
    place.write_bytes(data)
    try:
        with stage(place, limits, under=ours) as got:
            context = Path(got.context)
            return {
                str(path.relative_to(context)): None if path.is_dir() else path.read_bytes()
                for path in sorted(context.rglob("*"))
            }
    finally:
        assert list(ours.iterdir()) == []
        assert sorted(path.name for path in ours.parent.iterdir()) == sorted(["ours", name])


def refused(data, name, ours, limits=SMALL):
    with pytest.raises(SubmissionError) as caught:
        staged(data, name, ours, limits)
    return str(caught.value).replace(f"{ours.parent}/", "")


PLAIN = {"Dockerfile": FROM, "app": None, "app/main.py": b"print(1)"}
FILES = (("Dockerfile", FROM), ("app/main.py", b"print(1)"))
TAKEN = {
    "zip": ("a.zip", zipped(*FILES)),
    "zip, stored": ("a.zip", zipped(*FILES, method=zipfile.ZIP_STORED)),
    "zip with folders": ("a.zip", zipped(("app/", None), *FILES)),
    "zip by another name": ("hand-in", zipped(*FILES)),
    "zip with one top folder": ("a.zip", zipped(("hw/Dockerfile", FROM), ("hw/app/main.py", b"print(1)"))),
    "zip with two": ("a.zip", zipped(("x/hw/Dockerfile", FROM), ("x/hw/app/main.py", b"print(1)"))),
    "zip of a Mac": (
        "a.zip",
        zipped(*[("hw/" + n, d) for n, d in FILES], ("__MACOSX/hw/._Dockerfile", b"\0"), (".DS_Store", b"")),
    ),
    "zip with .git and a policy": ("a.zip", zipped(*FILES, (".git/config", b"x"), ("Dockerfile.rego", b"x"))),
    "tar": ("a.tar", tarred(*FILES)),
    "tar, GNU": ("a.tar", tarred(*FILES, form=tarfile.GNU_FORMAT)),
    "tar, ustar": ("a.tar", tarred(*FILES, form=tarfile.USTAR_FORMAT)),
    "tar of .": ("a.tar", tarred(("./", {"type": tarfile.DIRTYPE}), *[("./" + n, d) for n, d in FILES])),
    "tar.gz": ("a.tar.gz", gzip.compress(tarred(*FILES))),
    "tar.gz with one top folder": ("a.tgz", gzip.compress(tarred(*[("hw/" + n, d) for n, d in FILES]))),
    "tar.gz in parts": ("a.tgz", gzip.compress(tarred(*FILES)[:700]) + bytes(9) + gzip.compress(tarred(*FILES)[700:])),
    "tar without a trailer": ("a.tar", tarred(*FILES)[: 4 * 512]),
    "tar older than ustar": ("a.tar", None),
}  # fmt: skip


def v7(*files):
    """A tar as Unix V7 wrote it: no magic, no type."""
    out = b""
    for name, data in files:
        head = struct.pack(
            "100s8s8s8s12s12s8s1s355s",
            name.encode(),
            b"0000644",
            b"0",
            b"0",
            b"%011o" % len(data),
            b"0",
            b" " * 8,
            b"\0",
            b"",
        )
        head = head[:148] + b"%06o\0 " % sum(head) + head[156:]
        out += head + data + b"\0" * (-len(data) % 512)
    return out + bytes(1024)  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_takes(case, ours):
    name, data = TAKEN[case]
    assert staged(data or v7(*FILES), name, ours) == PLAIN


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_and_foreign_names(form, ours):
    long = "d/" * 30 + "f" * 120
    foreign = "Übung/データ.txt"
    got = staged(tarred(("Dockerfile", FROM), (long, b"1"), (foreign, b"2"), form=form), "a.tar", ours)
    assert (got[long], got[foreign]) == (b"1", b"2")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped(("Dockerfile", FROM), (info("run.sh", 0o100755), b"x"), (info("no.sh", 0o100600), b"y"))),
        ("a.tar", tarred(("Dockerfile", FROM), ("run.sh", {"mode": 0o4755}), ("no.sh", {"mode": 0o600}))),
    ],
)
def test_executable_bits_and_nothing_else(name, data, ours):
    (ours / name).write_bytes(data)
    with stage(ours / name, SMALL) as got:
        modes = [Path(got.context, script).stat().st_mode & 0o7777 for script in ("run.sh", "no.sh")]
    assert modes == [0o755, 0o644]


def link_zip():
    return zipped(("Dockerfile", FROM), (info("link", 0o120777), b"/etc"), ("link/evil", b"x"))


def locked(data):
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


def lying(data, size):
    """A zip whose records promise another size for every file."""
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data = data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]
    return data


def raw(name):
    """A zip with these bytes as the name of its first file, and no word on how they are encoded."""
    return zipped(("x" * len(name), FROM)).replace(b"x" * len(name), name)


def member(kind, **fields):
    return tarred(("Dockerfile", FROM), ("odd", {"type": kind, **fields}))


def header(size):
    """The header of a file that says it has `size` bytes, checksum right."""
    made = tarfile.TarInfo("x")
    made.size = size
    return made.tobuf(tarfile.GNU_FORMAT)


def pax(record):
    """A pax header with this record and the file it is about."""
    made = tarfile.TarInfo("pax")
    made.type, made.size = tarfile.XHDTYPE, len(record)
    return made.tobuf(tarfile.USTAR_FORMAT) + record.ljust(-(-len(record) // 512) * 512, b"\0") + tarred(*FILES)


ZEROS = bytes(3_000_000)
REFUSED = {
    "zip-slip": ("a.zip", zipped(("Dockerfile", FROM), ("../../escape.txt", b"x")), "../../escape.txt: the name leads"),
    "zip, inner ..": ("a.zip", zipped(("a/../../x", b"x")), "a/../../x: the name leads out of the submission"),
    "zip, absolute": ("a.zip", zipped(("/abs.txt", b"x")), "/abs.txt: the name begins at the root"),
    "zip, drive": ("a.zip", zipped(("C:/win.txt", b"x")), "C:/win.txt: the name begins with a drive letter"),
    "zip, backslashes": ("a.zip", zipped(("..\\..\\win.txt", b"x")), "win.txt: the name has a backslash"),
    "zip, drive and backslash": ("a.zip", zipped(("C:\\win2.txt", b"x")), "the name begins with a drive letter"),
    "zip, link": ("a.zip", link_zip(), "a.zip: link: it is a link\n  pack files and folders only"),
    "zip, device": ("a.zip", zipped((info("null", 0o020666), b"")), "null: it is neither a file nor a folder"),
    "zip, twice": ("a.zip", None, "Dockerfile: the name is there twice"),
    "zip, by case": ("a.zip", zipped(("Makefile", b""), ("makefile", b"")), "differs from Makefile only by upper and"),
    "zip, folder by case": ("a.zip", zipped(("A/x", b""), ("a/y", b"")), "a: differs from A only by upper and lower"),
    "zip, by composition": ("a.zip", zipped(("é", b""), ("e\u0301", b"")), "only by upper and lower case"),
    "zip, file and folder": ("a.zip", zipped(("x", b""), ("x/y", b"")), "x: is both a file and a folder"),
    "zip, folder and file": ("a.zip", zipped(("x/y", b""), ("x", b"")), "x: the name is there twice"),
    "zip, dot": ("a.zip", zipped(("a/./b", b"")), "an empty part or '.'"),
    "zip, empty part": ("a.zip", zipped(("a//b", b"")), "an empty part or '.'"),
    "zip, control": ("a.zip", zipped(("a\x1b[2Jb", b"")), "a\\x1b[2Jb: the name has a control character"),
    "zip, NUL": ("a.zip", zipped(("aXb", b"")).replace(b"aXb", b"a\0b"), "a\\x00b: the name has a control character"),
    "zip, not UTF-8": ("a.zip", raw(b"\xff\xfe"), "the name is not UTF-8"),
    "zip, says UTF-8": ("a.zip", zipped(("ééé", b"")).replace("é".encode(), b"\xff\xfe"), "damaged"),
    "zip, long name": ("a.zip", zipped(("n" * 256, b"")), "the name is longer than 255 bytes"),
    "zip, long path": ("a.zip", zipped(("n" * 200 + ("/" + "n" * 200) * 5, b"")), "longer than 1,000 bytes"),
    "zip, deep": ("a.zip", zipped(("d/" * 41 + "x", b"")), "lies deeper than 40 folders"),
    "zip, very many": ("a.zip", zipped(("x", b"PK\x01\x02" * 100_001), method=0), "lists more than 100,000 files"),
    "zip-bomb": ("a.zip", zipped(("Dockerfile", FROM), ("zeros", ZEROS)), "zeros: with it the submission comes to"),
    "zip-bomb in pieces": ("a.zip", zipped(*[(f"{n}", ZEROS[:700_000]) for n in range(3)]), "2: with it"),
    "zip, lies small": ("a.zip", lying(zipped(("zeros", ZEROS)), 10), "zeros: the archive is damaged"),
    "zip, lies large": ("a.zip", lying(zipped(*FILES), 4_000_000_000), "comes to more than 2,000,000 bytes"),
    "zip, password": ("a.zip", locked(zipped(*FILES)), "Dockerfile: it is locked with a password"),
    "zip, bzip2": ("a.zip", zipped(*FILES, method=zipfile.ZIP_BZIP2), "compressed in an unusual way"),
    "zip, cut": ("a.zip", zipped(*FILES)[:-30], "a.zip: the archive is damaged"),
    "zip, wrong bytes": ("a.zip", zipped(*FILES, method=0).replace(b"busybox", b"busyb0x"), "the archive is damaged"),
    "zip, empty": ("a.zip", zipped(), "there is no file called Dockerfile; the folder is empty"),
    "zip, no Dockerfile": ("a.zip", zipped(("hw/dockerfile.txt", b"")), "rename dockerfile.txt to Dockerfile"),
    "zip, Dockerfile below": ("a.zip", zipped(("a/Dockerfile", b""), ("b/x", b"")), "hand in the folder a"),
    "zip in name only": ("a.zip", FROM, "a.zip: this is not a zip archive"),
    "7z": ("a.7z", b"7z\xbc\xaf\x27\x1c...", "a.7z: 7z archives are not read\n  hand in a zip"),
    "xz": ("a.tar.xz", b"\xfd7zXZ\x00", "xz archives are not read"),
    "bzip2": ("a", b"BZh9", "bzip2 archives are not read"),
    "rar": ("a", b"Rar!\x1a\x07\0", "rar archives are not read"),
    "zstd": ("a.zst", b"\x28\xb5\x2f\xfd", "zstd archives are not read"),
    "tar, ..": ("a.tar", tarred(("../x", b"")), "../x: the name leads out of the submission"),
    "tar, ./..": ("a.tar", tarred(("./../x", b"")), "../x: the name leads out of the submission"),
    "tar, absolute": ("a.tar", tarred(("/etc/x", b"")), "/etc/x: the name begins at the root"),
    "tar, hard link": ("a.tar", member(tarfile.LNKTYPE, linkname="/etc/passwd"), "a.tar: odd: it is a hard link"),
    "tar, link": ("a.tar", member(tarfile.SYMTYPE, linkname="/etc"), "odd: it is a link"),
    "tar, device": ("a.tar", member(tarfile.CHRTYPE), "odd: it is a device"),
    "tar, FIFO": ("a.tar", member(tarfile.FIFOTYPE), "odd: it is a named pipe"),
    "tar, sparse": ("a.tar", member(tarfile.GNUTYPE_SPARSE), "odd: it is a sparse file"),
    "tar, sparse in pax": ("a.tar", pax(b"22 GNU.sparse.major=1\n"), "it holds a sparse file"),
    "tar, unknown kind": ("a.tar", member(b"Z"), "odd: it is neither a file nor a folder"),
    "tar, twice": ("a.tar", tarred(*FILES, *FILES), "Dockerfile: the name is there twice"),
    "tar, not UTF-8": ("a.tar", tarred(("a\udcff", b""), form=tarfile.GNU_FORMAT), "a\\xff: the name is not UTF-8"),
    "tar, cut": ("a.tar", tarred(*FILES)[:700], "a.tar: the archive ends in the middle of a file"),
    "tar, cut in a header": ("a.tar", tarred(*FILES)[:1200], "it is damaged"),
    "tar, 8 TB promised": ("a.tar", header(8 * 10**12), "x: with it the submission comes to more than 2,000,000"),
    "tar, size of 95 bits": ("a.tar", header(1)[:124] + b"\x80" + b"\xff" * 11 + header(1)[136:], "not a tar archive"),
    "tar, negative size": ("a.tar", pax(b"12 size=-10\n"), "a size in the archive is not a number"),
    "tar, broken pax": ("a.tar", pax(b"99 path=x\n"), "a header in the archive is damaged"),
    "tar, no pax": ("a.tar", pax(b"path=x\n"), "a header in the archive is damaged"),
    "tar, huge pax": ("a.tar", pax(b"2000008 x=" + b"y" * 2_000_000), "a header is larger than 1,048,576 bytes"),
    "tar, pax with an escape": ("a.tar", pax(b"14 path=../..\n"), "../..: the name leads out of the submission"),
    "tar, nonsense": ("a.tar", b"x" * 1024, "a.tar: this is not a tar archive"),
    "tar.gz, cut": ("a.tgz", gzip.compress(tarred(*FILES))[:90], "a.tgz: the archive is damaged"),
    "tar.gz, wrong bytes": ("a.tgz", gzip.compress(tarred(*FILES))[:-6] + b"??????", "a.tgz: the archive is damaged"),
    "tar.gz, rubbish behind": ("a.tgz", gzip.compress(tarred(*FILES)[:600]) + b"rubbish", "the archive is damaged"),
    "tar.gz, empty parts": ("a.tgz", gzip.compress(b"") * 10_001, "the archive has more than 10,000 compressed parts"),
    "tar.gz of a text": ("a.tar.gz", gzip.compress(FROM), "this is not a tar archive, or it is damaged"),
    "tar.gz bomb": ("a.tgz", gzip.compress(tarred(("Dockerfile", FROM), ("zeros", ZEROS))), "zeros: with it"),
    "tar.gz bomb in what is left out": (
        "a.tgz",
        gzip.compress(tarred(("Dockerfile", FROM), *[(f".git/{n}", bytes(10_000_000)) for n in range(4)]), 1),
        "the archive unpacks to more than 34,000,000 bytes",
    ),
    "tar, very many": ("a.tgz", gzip.compress(header(0) * 70_000), "the name is there twice"),
    "tar, very many left out": ("a.tgz", None, "unpacks to more than 34,000,000 bytes"),
}  # fmt: skip


def made(case, data):
    if case == "zip, twice":
        return zipped(("Dockerfile", FROM), ("Dockerfilf", b"x")).replace(b"Dockerfilf", b"Dockerfile")
    if case == "tar, very many left out":
        entry = tarfile.TarInfo(".git/x").tobuf(tarfile.USTAR_FORMAT)
        return gzip.compress(entry * 70_000, 1)
    return data


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case, ours):
    name, data, said = REFUSED[case]
    message = refused(made(case, data), name, ours)
    assert said in message
    assert message.startswith(name)
    assert "\n  " in message


def test_an_archive_that_is_too_large_itself(ours):
    place = ours.parent / "a.zip"
    place.write_bytes(zipped(*FILES))
    os.truncate(place, 10**12)
    with pytest.raises(SubmissionError, match="the archive is larger than 34,000,000 bytes"), stage(place, SMALL):
        pass


def test_a_lie_is_not_read_to_its_end(ours):
    place = ours.parent / "bomb.zip"
    with (
        zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros", "w", force_zip64=True) as big,
    ):
        for _ in range(300):
            big.write(bytes(1 << 20))
    place.write_bytes(lying(place.read_bytes(), 1_000_000))
    with pytest.raises(SubmissionError, match="damaged"), stage(place, SMALL, under=ours):
        pass
    assert list(ours.iterdir()) == []


NAMES = st.sampled_from(
    ["Dockerfile", "a", "a/b", "../x", "/x", "A", ".git/c", "a/", "ü", "C:x", "a\\b", "x\n"]
) | st.text(max_size=9)
MEMBERS = st.lists(st.tuples(NAMES, st.binary(max_size=40)), max_size=4)
KINDS = st.sampled_from([bytes([kind]) for kind in b"0123456SxLgK?"])
CHANGES = st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), max_size=6)


@st.composite
def archives(draw):
    """An archive of odd members, with some of its bytes changed and perhaps its end cut off."""
    members = draw(MEMBERS)
    if draw(st.booleans()):
        files = {n.encode(errors="ignore").decode(): d for n, d in members}
        data, name = zipped(*[(n, d) for n, d in files.items() if n.split("\0")[0]]), "x.zip"
    else:
        kinds = [(n, {"type": draw(KINDS), "linkname": "/etc"} if draw(st.booleans()) else d) for n, d in members]
        data, name = tarred(*kinds, form=draw(st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))), "x.tar"
    changed = bytearray(data)
    for at, byte in draw(CHANGES):
        changed[at % len(changed)] = byte
    data = bytes(changed[: draw(st.none() | st.integers(0, len(changed)))])
    return (gzip.compress(data, 1), "x.tgz") if draw(st.booleans()) else (data, name)


@settings(max_examples=300, deadline=None)
@given(archives())
def test_any_archive_is_taken_or_refused_and_stays_inside(made):
    data, name = made
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        (top / "a" / "b").mkdir(parents=True)
        (top / "a" / "b" / name).write_bytes(data)
        before = sorted(top.rglob("*"))
        try:
            with stage(top / "a" / "b" / name, SMALL, under=top / "a" / "b") as got:
                context = Path(got.context)
                outside = [path for path in top.rglob("*") if context.parent not in (path, *path.parents)]
                assert sorted(outside) == before
                assert not [path for path in context.rglob("*") if path.is_symlink()]
        except SubmissionError:
            pass
        assert sorted(top.rglob("*")) == before
