"""Paths are followed inside the image, as in a container whose root it is."""

import io
import tarfile

import pytest

from grader.image.layer import Reading, index_of
from grader.image.limits import Budget, Limits
from grader.image.stack import Stack
from grader.image.stream import Stream
from grader.image.tree import FileTree

LINKS = {
    "bin": "usr/bin",
    "usr/bin/sh": "bash",
    "usr/bin/awk": "/etc/alternatives/awk",
    "etc/alternatives/awk": "/usr/bin/mawk",
    "loop": "loop",
    "a": "b",
    "b": "a",
    "up": "../../../../etc",
    "nowhere": "/not/there",
    "deep/er/back": "../../usr",
    "dot": ".",
}
FILES = ["usr/bin/bash", "usr/bin/mawk", "etc/passwd", "deep/er/file"]


@pytest.fixture(scope="module")
def files() -> FileTree:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in FILES:
            tar.addfile(tarfile.TarInfo(name))
        for name, target in LINKS.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    stack = Stack(Limits())
    stack.apply(index_of(Stream([out.getvalue()]), Reading(Budget(Limits()))), "sha256:0", "")
    return FileTree(stack.root)


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/"),
        ("/etc/passwd", "/etc/passwd"),
        ("etc//passwd", "/etc/passwd"),
        ("/bin", "/usr/bin"),
        ("/bin/sh", "/usr/bin/bash"),
        ("/bin/awk", "/usr/bin/mawk"),
        ("/loop", None),
        ("/a", None),
        ("/up/passwd", "/etc/passwd"),
        ("/nowhere", None),
        ("/deep/er/back/bin/sh", "/usr/bin/bash"),
        ("/bin/../bin/bash", "/usr/bin/bash"),
        ("/../..", "/"),
        ("/dot/dot/etc", "/etc"),
        ("/etc/passwd/x", None),
        ("/etc/passwd/..", None),
        ("/etc/passwd/.", None),
        ("/missing", None),
    ],
)
def test_resolve(files, path, leads_to):
    assert files.resolve(path) == leads_to


def test_the_last_link_can_be_left(files):
    assert files.resolve("/bin/sh", follow_last=False) == "/usr/bin/sh"
    assert files.resolve("/bin/", follow_last=False) == "/usr/bin"


def test_the_tree_is_a_mapping_in_the_order_of_the_paths(files):
    assert list(files)[:4] == ["/", "/a", "/b", "/bin"]
    assert len(files) == len(list(files))
    assert "/etc" in files
    assert "etc" not in files
    assert "/etc/" not in files
    assert files["/bin"].target == "usr/bin"
    assert files.names("/etc") == ("alternatives", "passwd")
    assert files.names("/etc/passwd") == files.names("/missing") == ()
    assert [file.path for file in files.files("/deep")] == ["/deep", "/deep/er", "/deep/er/back", "/deep/er/file"]
