"""The tar reader against Python's tarfile and GNU tar: names, numbers, sparse files."""

import io
import subprocess
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from image_making import digest, file, folder, hard, info, link, saved, tar

from grader.errors import ImageError
from grader.image import read
from grader.image.header import is_header, number_of
from grader.image.stream import Stream
from grader.image.tar import TarReader

FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]
LONG = "folder/" * 12 + "n" * 60
LONGER = "folder/" * 40 + "n" * 200


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "member",
    [
        file("plain", b"x" * 513),
        file(LONG, b"x"),
        file("ünï-日本", b"x"),
        file("setuid", b"", mode=0o6755, uid=0o7777777, gid=0o7777777),
        folder("d/e"),
        link("l", "t" * 100),
        file("exact", b"x" * 1024),
    ],
)
def test_formats(form, member):
    wanted, data = member
    seen = read(saved(tar([member], form))).files["/" + wanted.name]
    assert (seen.mode, seen.uid, seen.gid, seen.target) == (wanted.mode, wanted.uid, wanted.gid, wanted.linkname)
    assert seen.size == len(data)
    assert seen.sha256 == (digest(data) if seen.kind == "file" else "")


@pytest.mark.parametrize("form", FORMATS[1:])
def test_names_beyond_ustar(form):
    members = [file(LONGER, b"x", uid=0o77777777), link("l", LONGER), hard("h", LONGER), file("after", b"y")]
    files = read(saved(tar(members, form))).files
    assert files["/" + LONGER].uid == 0o77777777
    assert files["/l"].target == LONGER
    assert files["/h"].sha256 == digest(b"x")
    assert files["/after"].sha256 == digest(b"y")


@pytest.mark.parametrize("name", [b"raw-\xff\xfe", b"\\xff"])
def test_names_that_are_not_utf8_are_shown_as_escapes(name):
    member = file(name.decode("utf-8", "surrogateescape"), b"x")
    data = tar([member], tarfile.GNU_FORMAT)
    assert "/" + name.decode("utf-8", "backslashreplace") in read(saved(data)).files


@pytest.mark.parametrize(
    ("kind", "shown"), [(tarfile.CHRTYPE, "device"), (tarfile.BLKTYPE, "device"), (tarfile.FIFOTYPE, "fifo")]
)
def test_special_files(kind, shown):
    assert read(saved(tar([(info("x", type=kind, devmajor=1), b"")]))).files["/x"].kind == shown


@pytest.mark.parametrize(
    "options",
    [
        ["--format=oldgnu", "-S"],
        ["--format=gnu", "-S"],
        ["--format=pax", "-S", "--sparse-version=0.0"],
        ["--format=pax", "-S", "--sparse-version=0.1"],
        ["--format=pax", "-S", "--sparse-version=1.0"],
        ["--format=v7"],
        ["--format=ustar"],
    ],
)
@pytest.mark.parametrize("holes", [0, 1, 3, 40])
def test_gnu_tar_and_its_sparse_files(tmp_path, options, holes):
    with (tmp_path / "sparse").open("wb") as out:
        for _ in range(holes):
            out.write(b"data" * 1024)
            out.seek(65536, io.SEEK_CUR)
        out.write(b"end" if holes != 3 else b"")
        out.truncate()
    (tmp_path / "next").write_bytes(b"next")
    command = ["tar", *options, "-cf", "-", "-C", str(tmp_path), "sparse", "next"]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    files = read(saved(data)).files
    wanted = (tmp_path / "sparse").read_bytes()
    assert (files["/sparse"].size, files["/sparse"].sha256) == (len(wanted), digest(wanted))
    assert files["/next"].sha256 == digest(b"next")


@pytest.mark.parametrize(
    ("field", "number"),
    [
        (b"0000644\0", 0o644),
        (b"   644 \0", 0o644),
        (b"777777777777", 0o777777777777),
        (b"\0" * 12, 0),
        (b"\x80" + bytes(10) + b"\x07", 7),
        (b"\x80" + bytes(3) + b"\x01" + bytes(7), 1 << 56),
        (b"\xff" * 12, -1),
    ],
)
def test_numbers(field, number):
    assert number_of(field) == number


@given(st.binary(min_size=512, max_size=512))
def test_the_checksum_is_the_sum_of_the_bytes(block):
    total = sum(block[:148]) + sum(block[156:]) + 256
    assert is_header(block[:148] + b"%06o\0 " % total + block[156:])
    assert not is_header(block[:148] + b"%06o\0 " % (total ^ 1) + block[156:]) or any(byte > 127 for byte in block)


def in_one_buffer(chunks):
    """The chunks as a pipe gives them: each is overwritten by the next."""
    buffer = bytearray(max(map(len, chunks), default=0))
    for chunk in chunks:
        buffer[: len(chunk)] = chunk
        yield memoryview(buffer)[: len(chunk)]


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 30), max_size=30))
def test_a_stream_gives_its_bytes_in_order_whatever_the_chunks(chunks, counts):
    stream, whole, at = Stream(in_one_buffer(chunks)), b"".join(chunks), 0
    for count in counts:
        assert stream.peek(count) == whole[at : at + count]
        assert stream.position == at
        assert stream.take(count) == whole[at : at + count]
        at = min(at + count, len(whole))
    assert b"".join(bytes(piece) for piece in stream.rest()) == whole[at:]


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ({"size": "-5"}, "below zero"),
        ({"size": "x"}, "not a number"),
        ({"uid": "-1"}, "not a possible number"),
        ({"gid": str(1 << 40)}, "not a possible number"),
        ({"mtime": "inf"}, "not a number"),
        ({"mtime": "1e300"}, "its time is not a possible number"),
        ({"GNU.sparse.map": "0,5,3,2", "GNU.sparse.size": "9"}, "does not fit"),
        ({"GNU.sparse.map": "0", "GNU.sparse.size": "9"}, "without a length"),
        ({"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}, "cut short"),
    ],
)
def test_pax_records_that_cannot_be(records, message):
    with pytest.raises(ImageError, match=message):
        read(saved(tar([file("f", b"x", pax_headers=records)])))


def test_contents_that_nobody_reads_are_left_behind():
    reader = TarReader(Stream([tar([file("a", b"x" * 5000), file("b", b"y")])]))
    assert [member.name for member in iter(reader.member, None)] == ["a", "b"]
    assert reader.complete


@pytest.mark.parametrize("form", FORMATS[1:])
def test_a_hidden_file_with_a_long_name_is_waste_to_the_byte(form):
    below = tar([file(LONGER, b"x" * 700), file("kept", b"y")], form)
    folder_of, _, name = LONGER.rpartition("/")
    image = read(saved(below, tar([file(f"{folder_of}/.wh.{name}".lstrip("/"))], form))).image
    assert (image.size, image.wasted_bytes) == (701, 700)
    assert [(waste.path, waste.bytes) for waste in image.wasted] == [("/" + LONGER, 700)]


@pytest.mark.parametrize("options", [["--format=gnu"], ["--format=pax", "--sparse-version=1.0"]])
def test_a_hidden_sparse_file_is_waste_as_long_as_it_reads(tmp_path, options):
    with (tmp_path / "sparse").open("wb") as out:
        out.write(b"data" * 1024)
        out.truncate(300_001)
    command = ["tar", *options, "-S", "-cf", "-", "-C", str(tmp_path), "sparse"]
    below = subprocess.run(command, check=True, capture_output=True).stdout
    image = read(saved(below, tar([file("sparse", b"now full")]))).image
    assert len(below) < 100_000
    assert (image.size, image.wasted_bytes) == (300_009, 300_001)
