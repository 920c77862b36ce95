"""Random stacks of layers, against a plain reading: unpack each with tarfile into a dict and apply its whiteouts."""

import io
import tarfile

from hypothesis import given, settings
from hypothesis import strategies as st
from image_making import digest, file, folder, hard, link, saved, tar

from grader.image import read

NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
DATA = st.sampled_from([b"", b"x", b"yy", b"z" * 700])
MODES = st.sampled_from([0o644, 0o600, 0o755])


def _whiteout(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}.wh.{name}"


@st.composite
def layer(draw) -> list[tuple[tarfile.TarInfo, bytes]]:
    """A layer that an engine could write: a path once, folders before what they hold, files before links to them."""
    kinds: dict[str, str] = {}
    members = []
    for kind in draw(
        st.lists(st.sampled_from(["file", "file", "folder", "link", "hard", "gone", "opaque"]), max_size=9)
    ):
        path = draw(PATHS)
        parents = [path[:at] for at in range(len(path)) if path[at] == "/"]
        files = sorted(name for name, known in kinds.items() if known == "file")
        if kind == "gone":
            members.append(file(_whiteout(path)))
        elif kind == "opaque":
            members.append(file(f"{path}/.wh..wh..opq"))
        elif path in kinds or any(kinds.get(parent, "folder") != "folder" for parent in parents):
            continue
        elif kind == "file":
            members.append(file(path, draw(DATA), mode=draw(MODES), uid=draw(st.integers(0, 1))))
        elif kind == "folder":
            members.append(folder(path, mode=draw(MODES)))
        elif kind == "link":
            members.append(link(path, draw(PATHS)))
        elif files:
            members.append(hard(path, draw(st.sampled_from(files))))
            kind = "file"
        else:
            continue
        if kind not in ("gone", "opaque"):
            kinds.update({path: kind, **dict.fromkeys(parents, "folder")})
    return members


LAYERS = st.lists(layer(), min_size=1, max_size=5)

Node = tuple[str, object, int, int, int]


def below(tree: dict[str, Node], path: str) -> list[str]:
    return [other for other in tree if other.startswith(path + "/")]


def unpacked(layers: list[bytes]) -> tuple[dict[str, Node], int, dict[tuple[int, int], int]]:
    """Path -> (kind, contents, mode, uid, number of the file); the bytes stored; (added in, hidden in) -> bytes."""
    tree: dict[str, Node] = {}
    stored: dict[int, tuple[int, int]] = {}
    wasted: dict[tuple[int, int], int] = {}
    for number, layer in enumerate(layers):
        shown = {node[4] for node in tree.values()}
        with tarfile.open(fileobj=io.BytesIO(layer)) as opened:
            members = [(member, member.isreg() and opened.extractfile(member).read()) for member in opened]
        for member, _ in members:
            folder, _, name = member.name.rpartition("/")
            if name == ".wh..wh..opq":
                gone = below(tree, folder)
            elif name.startswith(".wh."):
                path = f"{folder}/{name[4:]}".lstrip("/")
                gone = [path, *below(tree, path)]
            else:
                continue
            for path in gone:
                tree.pop(path, None)
        for member, data in members:
            if ".wh." in member.name:
                continue
            parts = member.name.split("/")
            for depth in range(1, len(parts)):
                parent = "/".join(parts[:depth])
                if parent not in tree or tree[parent][0] != "folder":
                    tree[parent] = ("folder", "", 0o755, 0, 0)
            if not member.isdir():
                for path in below(tree, member.name):
                    del tree[path]
            if member.islnk():
                tree[member.name] = tree[member.linkname]
            elif member.isreg():
                stored[len(stored) + 1] = (number, len(data))
                tree[member.name] = ("file", data, member.mode, member.uid, len(stored))
            else:
                tree[member.name] = (
                    "folder" if member.isdir() else "link",
                    member.linkname,
                    member.mode,
                    member.uid,
                    0,
                )
        for inode in sorted(shown - {node[4] for node in tree.values()} - {0}):
            added, size = stored[inode]
            if size:
                wasted[(added, number)] = wasted.get((added, number), 0) + size
    return tree, sum(size for _, size in stored.values()), wasted


@settings(max_examples=400, deadline=None)
@given(LAYERS, st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT]))
def test_random_stacks(layers, form):
    tars = [tar(layer, form) for layer in layers]
    tree, size, wasted = unpacked(tars)
    seen = read(saved(*tars), keep=["*"])
    ours = {
        file.path[1:]: (
            file.kind,
            seen.contents[file.path] if file.kind == "file" else file.target,
            file.mode,
            file.uid,
        )
        for file in seen.files.files()
        if file.path != "/"
    }
    assert ours == {path: node[:4] for path, node in tree.items()}
    assert all(file.sha256 == digest(seen.contents[file.path]) for file in seen.files.files() if file.kind == "file")
    assert (seen.image.size, seen.image.wasted_bytes) == (size, sum(wasted.values()))
    ours_wasted: dict[tuple[int, int], int] = {}
    for waste in seen.image.wasted:
        where = (waste.added_in, waste.hidden_in)
        ours_wasted[where] = ours_wasted.get(where, 0) + waste.bytes
    assert ours_wasted == wasted
