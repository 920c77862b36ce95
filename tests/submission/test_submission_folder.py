"""Folders and Dockerfiles as submissions: what is copied, what is refused, what is left when it is over."""

import errno
import os
import socket
import stat
from pathlib import Path

import pytest

from grader.errors import MachineError, SubmissionError
from grader.model import Limits
from grader.submission import clean, links, names, stage

FROM = "FROM busybox:1.37\n"
SMALL = Limits(context_bytes=2_000_000)


@pytest.fixture
def work(tmp_path):
    """A submission with a Dockerfile, and an empty folder for the copies."""
    folder = tmp_path / "hw"
    folder.mkdir()
    (folder / "Dockerfile").write_text(FROM)
    (tmp_path / "ours").mkdir()
    return folder


def put(folder, path, data=b""):
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def refused(path, limits=SMALL, **options):
    under = next(folder for folder in path.parents if (folder / "ours").is_dir()) / "ours"
    with pytest.raises(SubmissionError) as caught, stage(path, limits, under=under, **options):
        pass
    assert list(under.iterdir()) == []
    return str(caught.value)


def names_in(context):
    return sorted(str(path.relative_to(context)) for path in Path(context).rglob("*"))


def test_a_folder_is_copied(work):
    put(work, "app/main.py", b"print(1)")
    put(work, "run.sh", b"#!/bin/sh").chmod(0o700)
    put(work, "secret", b"x").chmod(0o4600)
    (work / "app" / "main").symlink_to("main.py")
    (work / "up").symlink_to("app/../run.sh")
    os.utime(work / "run.sh", ns=(5_000_000_000, 1_000_000_000))
    os.utime(work / "app", ns=(5_000_000_000, 3_000_000_000))
    ours = work.parent / "ours"
    with stage(work, SMALL, under=ours) as got:
        context = Path(got.context)
        assert names_in(context) == ["Dockerfile", "app", "app/main", "app/main.py", "run.sh", "secret", "up"]
        assert (got.dockerfile, got.text, got.source) == ("Dockerfile", FROM.encode(), str(work))
        assert (got.files, got.bytes) == (6, len(FROM) + 8 + 9 + 1)
        modes = {name: stat.S_IMODE((context / name).lstat().st_mode) for name in ("app", "run.sh", "secret")}
        assert modes == {"app": 0o755, "run.sh": 0o755, "secret": 0o644}
        assert [(context / name).stat().st_mtime for name in ("run.sh", "app")] == [1, 3]
        assert ours in context.parents
        assert (context / "app" / "main").readlink() == Path("main.py")
    assert list(ours.iterdir()) == []


@pytest.mark.parametrize(("keep_git", "kept"), [(False, []), (True, [".git", ".git/config", "a/.git"])])
def test_git_and_policies_are_left_out(work, keep_git, kept):
    put(work, ".git/config", b"[core]\n\tfsmonitor = touch pwned\n")
    put(work, "a/.git", b"gitdir: /etc")
    for name in ("Dockerfile.rego", "a/policy.REGO"):
        put(work, name)
    with stage(work, SMALL, under=work.parent / "ours", keep_git=keep_git) as got:
        assert names_in(got.context) == sorted(["Dockerfile", "a", *kept])


@pytest.mark.parametrize("name", ["Dockerfile.dev", "docker.txt", "Containerfile"])
def test_a_dockerfile_of_any_name_brings_its_folder(work, name):
    put(work, name, b"FROM scratch\n")
    with stage(work / name, SMALL) as got:
        assert (got.dockerfile, got.text) == (name, b"FROM scratch\n")
        assert names_in(got.context) == sorted(["Dockerfile", name])


def test_a_folder_whose_name_is_not_utf8_can_be_written_down(work):
    odd = work.parent / os.fsdecode(b"bad\xff")
    work.rename(odd)
    with stage(odd, SMALL) as got:
        assert got.source == f"{work.parent}/bad\\udcff"


def test_our_own_copy_inside_the_submission_is_not_copied(work):
    inside = work / "tmp"
    inside.mkdir()
    with stage(work, SMALL, under=inside) as got:
        assert names_in(got.context) == ["Dockerfile", "tmp"]


@pytest.mark.parametrize(
    "name",
    ["-rf", "back\\slash", "<script>", "sp ace", "q'uo\"te", "$(touch x)", "b" * 255, "\u202ertl", "CON", "makefile"],
)
def test_odd_names_are_only_names(work, name):
    put(work, "Makefile")
    put(work, name)
    with stage(work, SMALL) as got:
        assert names_in(got.context) == sorted(["Dockerfile", "Makefile", name])


def fifo(folder, name):
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)


def link(folder, name, target):
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(target)


def sparse(folder, name, size):
    with (folder / name).open("wb") as file:
        file.truncate(size)


def bound_socket(folder, name):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / name))


def raw_name(folder, name):
    os.close(os.open(os.fsencode(folder) + b"/" + name, os.O_CREAT))


def chain(folder):
    for number in range(300):
        link(folder, f"l{number}", f"l{number + 1}")


def many(folder, count):
    for number in range(count):
        (folder / f"{number}").touch()


def deep(folder, levels):
    top = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=top)
        inner = os.open("d", os.O_RDONLY, dir_fd=top)
        os.close(top)
        top = inner
    os.close(top)


REFUSED = {
    "dockerfile-is-fifo": (lambda f: fifo(f, "Dockerfile"), "hw: Dockerfile: it is a named pipe"),
    "dockerignore-is-fifo": (lambda f: fifo(f, ".dockerignore"), "hw: .dockerignore: it is a named pipe"),
    "socket": (lambda f: bound_socket(f, "s"), "hw: s: it is a socket"),
    "dockerfile-is-symlink": (lambda f: link(f, "Dockerfile", "/etc/passwd"), "Dockerfile: is a link to /etc/passwd"),
    "dockerfile-link-inside": (
        lambda f: (put(f, "real", b"FROM x"), link(f, "Dockerfile", "real")),
        "hw: Dockerfile is a link\n  Dockerfile has to be an ordinary file",
    ),
    "dockerfile-is-folder": (lambda f: ((f / "Dockerfile").unlink(), (f / "Dockerfile").mkdir()), "is a folder"),
    "dockerignore-dev-zero": (lambda f: link(f, ".dockerignore", "/dev/zero"), ".dockerignore: is a link to /dev/zero"),
    "dockerfile-too-large": (lambda f: sparse(f, "Dockerfile", 262_145), "262,145 bytes; at most 262,144 are read"),
    "dockerignore-too-large": (lambda f: sparse(f, ".dockerignore", 300_000), ".dockerignore has 300,000 bytes"),
    "own-dockerignore-too-large": (lambda f: sparse(f, "Dockerfile.dockerignore", 300_000), "at most 262,144"),
    "dockerignore-line": (
        lambda f: put(f, ".dockerignore", b"a\n" + b"*" * 65_536),
        ".dockerignore: line 2 has 65,536 bytes; Docker reads at most 65,535\n  use several patterns",
    ),
    "dockerignore-utf16": (
        lambda f: put(f, ".dockerignore", "*.log".encode("utf-16")),
        ".dockerignore: it is saved as UTF-16; Docker reads only UTF-8",
    ),
    "dockerignore-latin1": (
        lambda f: put(f, ".dockerignore", b"a\nb\xfcro\n"),
        ".dockerignore: line 2: the byte 0xfc is not UTF-8",
    ),
    "dockerignore-nul": (lambda f: put(f, ".dockerignore", b"a\0b\n"), ".dockerignore: line 1 has a NUL byte in it"),
    "link-outside": (lambda f: link(f, "leak", "/etc"), "leak: is a link to /etc: only links to places inside"),
    "link-up": (lambda f: link(f, "leak", "../ours/x"), "leak: is a link to ../ours/x, which leads out"),
    "link-up-through-link": (
        lambda f: (put(f, "a/b/x"), link(f, "s", "a/b"), link(f, "leak", "s/../../../etc/passwd")),
        "leak: is a link to s/../../../etc/passwd, which leads out",
    ),
    "link-loop": (lambda f: link(f, "o", "o"), "o: is a link to o, which leads out of the submission or in a circle"),
    "link-chain": (chain, "or in a circle"),
    "link-odd-target": (lambda f: link(f, "l", "a\x1b[31m"), "is a link to a\\x1b[31m: the name has a control"),
    "sparse-4-tb": (lambda f: sparse(f, "big", 4 * 10**12), "hw: big: with it the submission comes to more than"),
    "huge-context": (lambda f: (sparse(f, "a", 10**6), sparse(f, "b", 10**6)), "more than 2,000,000 bytes"),
    "many-small-files": (lambda f: many(f, 10_000), "hw: more than 10,000 files and folders"),
    "1500-deep": (lambda f: deep(f, 1_500), "lies deeper than 40 folders"),
    "control-in-name": (lambda f: put(f, "new\nline"), "hw: new\\x0aline: the name has a control character"),
    "escape-in-name": (lambda f: put(f, "esc\x1b[31mred"), "hw: esc\\x1b[31mred: the name has a control character"),
    "not-utf8": (lambda f: raw_name(f, b"bad\xff\xfe"), "hw: bad\\udcff\\udcfe: the name is not UTF-8"),
    "long-path": (lambda f: put(f, "/".join(["p" * 200] * 5)), "the path is longer than 1,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(work, case):
    make, said = REFUSED[case]
    make(work)
    try:
        message = refused(work).replace(f"{work.parent}/", "")
        assert said in message
        assert "\n  " in message
        assert "root:" not in message
    finally:
        clean.remove(work)


NEAR = {
    "no-dockerfile": (["dockerfile.txt"], "called Dockerfile; there is dockerfile.txt\n  rename dockerfile.txt to"),
    "lower case": (["dockerfile", "Dockerfile.txt"], "there is dockerfile, Dockerfile.txt\n  rename dockerfile to"),
    "Podman's name": (["Containerfile"], "rename Containerfile to Dockerfile"),
    "typing slip": (["Dokcerfile"], "rename Dokcerfile to Dockerfile"),
    "ending": (["app.dockerfile"], "rename app.dockerfile to Dockerfile"),
    "in a folder": (["a/b/Dockerfile", "c/Dockerfile"], "c/Dockerfile, a/b/Dockerfile\n  hand in the folder c"),
    "nothing like it": (["app.py", "Dockerfile.dockerignore"], "write the Dockerfile into a file called Dockerfile"),
    "nothing at all": ([], "the folder is empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", NEAR)
def test_no_dockerfile(work, case):
    files, said = NEAR[case]
    (work / "Dockerfile").unlink()
    for name in files:
        put(work, name, b"FROM x")
    assert said in refused(work)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("hww", "hww: there is nothing of this name\n  did you mean"),
        ("hw/Dockerfil", "Dockerfil: there is nothing of this name\n  did you mean"),
        ("hww/x/y", "hww/x/y: there is nothing of this name\n  did you mean"),
        ("quite-different", "there is nothing of this name\n  the nearest folder is"),
        ("hw/Dockerfile/x", "there is nothing of this name"),
        ("link", "link: it is a link\n  name the folder or file that it leads to"),
        ("pipe", "pipe: it is a named pipe"),
        ("large", "neither an archive nor a Dockerfile"),
        ("n\0ul", "cannot be read"),
    ],
)
def test_paths_that_cannot_be_staged(work, given, said):
    link(work.parent, "link", "hw")
    fifo(work.parent, "pipe")
    sparse(work.parent, "large", 300_000)
    assert said in refused(work.parent / given if "/" not in given else work.parent.joinpath(*given.split("/")))


def test_what_the_copy_became_is_removed(work):
    ours = work.parent / "ours"
    with stage(work, SMALL, under=ours) as got:
        context = Path(got.context)
        deep(context, 1_500)
        link(context, "out", work)
        locked = context / "locked"
        (locked / "in").mkdir(parents=True)
        put(locked, "file").chmod(0)
        locked.chmod(0)
        context.chmod(0o500)
    assert list(ours.iterdir()) == []
    assert (work / "Dockerfile").exists()


def test_removing_what_is_gone(tmp_path):
    clean.remove(tmp_path / "never")


def test_a_file_that_cannot_be_read_is_named(work, monkeypatch):
    real = os.open

    def opened(path, flags, mode=0o777, *, dir_fd=None):
        if path == "secret":
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, mode, dir_fd=dir_fd)

    put(work, "secret")
    monkeypatch.setattr(os, "open", opened)
    assert "hw: secret: cannot be read: Permission denied" in refused(work)


@pytest.mark.parametrize("code", [errno.EIO, errno.EMFILE, errno.ESTALE, errno.EROFS, errno.ENOMEM, errno.ENOSPC])
@pytest.mark.parametrize("folder", [True, False])
def test_what_the_machine_cannot_do_is_no_refusal(work, monkeypatch, code, folder):
    real = os.open

    def opened(path, flags, mode=0o777, *, dir_fd=None):
        if Path(path).name == "secret":
            raise OSError(code, os.strerror(code), path)
        return real(path, flags, mode, dir_fd=dir_fd)

    put(work, "secret")
    monkeypatch.setattr(os, "open", opened)
    with pytest.raises(MachineError, match="hw"), stage(work if folder else work / "secret", SMALL):
        pass


@pytest.mark.parametrize(
    ("path", "table", "out"),
    [
        ("a", {"a": "b"}, False),
        ("a", {"a": "x/../b"}, False),
        ("a", {"a": "../b"}, True),
        ("d/a", {"d/a": "../b"}, False),
        ("d/a", {"d/a": "../../b"}, True),
        ("d/a", {"d/a": "s/../..", "d/s": "t"}, False),
        ("d/a", {"d/a": "../s/../..", "s": "d"}, True),
        ("a", {"a": "/etc"}, True),
        ("a", {"a": "b", "b": "a"}, True),
        ("a", {"a": "./" * 400 + "b"}, False),
        ("a", {"a": "./" * 4_000 + "b"}, True),
    ],
)
def test_links_on_paper(path, table, out):
    assert links.leads_out(path, table) is out


@pytest.mark.parametrize("name", [".git", ".GIT", "x.rego", "Dockerfile.Rego"])
def test_left_out(name):
    assert names.left_out(name, keep_git=False)


@pytest.mark.parametrize("name", [".gitignore", "git", "rego", "x.rego.txt"])
def test_not_left_out(name):
    assert not names.left_out(name, keep_git=False)
