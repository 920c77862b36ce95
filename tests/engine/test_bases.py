"""The course's base images: what they are called, what is in them, and how they travel."""

from __future__ import annotations

import gzip
import io
import multiprocessing
import os
import shutil
import socket
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from grader.engine import bases, private
from grader.engine.bases.archive import LayerWriter, write_archive
from grader.engine.bases.bundle import names_in
from grader.engine.bases.catalog import CATALOG, Base, find
from grader.engine.bases.docker import pull
from grader.engine.bases.ensure import build, ensure, prove, status
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.errors import BaseImageError, ImageError, UsageError
from tests.programs import processes_that_name

NAMES = [base.name for base in CATALOG]
# Within this time, in seconds, a mirror gives the same versions of the packages.
LATELY = 6 * 3600.0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("busybox:1.37", "busybox:1.37"),
        ("debian:13-slim", "debian:trixie-slim"),
        ("docker.io/library/python:3.13-slim", "python:3.13-slim-trixie"),
        ("library/golang:1.24", "golang:1.24-trixie"),
        ("gcr.io/distroless/static-debian13", "gcr.io/distroless/static-debian13:latest"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert find(name).name == expected


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("busybox:1.36", r"did you mean 'busybox:1\.37'\?(.|\n)*There are: busybox:1\.37, debian"),
        ("python:3.13-slm", "did you mean 'python:3.13-slim'"),
        ("zzz", "'zzz' is not one of the course's base images.\n"),
    ],
)
def test_unknown_names(name: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        find(name)


def test_an_archive_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with LayerWriter(tmp_path / f"{name}.tar") as writer:
            writer.folder("etc")
            writer.file("etc/passwd", b"root:x:0:0::/:\n")
            writer.link("etc/p", "passwd")
        write_archive(find("busybox:1.37"), tmp_path / f"{name}.tar", "t:1", {}, tmp_path / f"{name}.tar.gz")
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()
    assert names_in(tmp_path / "a.tar.gz") == ["t:1"]
    assert not list(tmp_path.glob("*.partial"))


def _tar(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not an archive of images"),
        (b"hello", "not an archive of images"),
        (gzip.compress(_tar("manifest.json", b"[]"))[:40], "not an archive of images"),
        (_tar("other.json", b"[]"), "no manifest.json"),
        (_tar("manifest.json", b"[]"), "none of them has a name"),
        (_tar("manifest.json", b'[{"RepoTags":null}]'), "none of them has a name"),
        (_tar("manifest.json", b"{"), "not as Docker writes it"),
        (_tar("manifest.json", b"[1]"), "not as Docker writes it"),
        (_tar("manifest.json", b" " * 1_000_001), "its manifest.json has 1,000,001 bytes"),
        (_tar("manifest.json", b'[{"RepoTags":["--input=/x"]}]'), "is not the name of an image"),
    ],
)
def test_what_is_no_bundle(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "bundle.tar"
    file.write_bytes(content)
    with pytest.raises(ImageError, match=says):
        names_in(file)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="There is no file"):
        names_in(tmp_path / "none.tar")


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.from_environment(os.environ)


@pytest.fixture(scope="module")
def engine(places: Places) -> EngineAddress:
    """Drydock's own engine with every base image in it."""
    found = private.start(places, PrivateSpec(), print)
    ensure(found, places, NAMES, print)
    return found


def run(engine: EngineAddress, *arguments: str, status: int = 0) -> str:
    """What `docker ARGUMENTS` prints."""
    done = subprocess.run(
        [engine.docker, *arguments],
        env=engine.environment({}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def inside(engine: EngineAddress, image: str, script: str, *options: str) -> str:
    return run(engine, "run", "--rm", "--network=none", *options, image, "sh", "-euc", script)


@pytest.mark.engine
@pytest.mark.parametrize("base", CATALOG, ids=NAMES)
def test_every_image_is_what_it_says(base: Base, engine: EngineAddress, places: Places) -> None:
    for name in base.names:
        prove(engine, base, name)
    assert next(each for each in status(engine, places) if each.name == base.name).there


@pytest.mark.engine
@pytest.mark.parametrize(
    ("image", "script", "says"),
    [
        ("busybox:1.37", "which httpd wget nc vi sh", "/bin/httpd\n/bin/wget\n/bin/nc\n/bin/vi\n/bin/sh\n"),
        ("busybox:1.37", "id; stat -c %a /tmp", "uid=0(root) gid=0(root) groups=0(root)\n1777\n"),
        (
            "busybox:1.37",
            "adduser -D app; id app; stat -c %U /home/app",
            "uid=1000(app) gid=1000(app) groups=1000(app)\napp\n",
        ),
        (
            "busybox:1.37",
            "addgroup -S g; adduser -S -D -H -G g app; id app | cut -d' ' -f1,2",
            "uid=100(app) gid=1000(g)\n",
        ),
        ("busybox:1.37", "adduser -D a; addgroup b; addgroup a b; id -Gn a", "a b\n"),
        ("busybox:1.37", "adduser -D -u 4242 a; su a -c 'id -u'", "4242\n"),
        ("debian:trixie-slim", "TZ=Asia/Shanghai date +%Z; which perl", "CST\n/usr/bin/perl\n"),
        ("debian:trixie-slim", "useradd -m app && su app -c whoami", "app\n"),
        ("debian:trixie-slim", "find /var/lib/apt/lists /usr/share/man /var/log -type f -size +0 | wc -l", "0\n"),
        *(
            (image, "cd /usr/share && find doc locale man -type f ! -name copyright 2>/dev/null | wc -l", "0\n")
            for image in ("debian:trixie-slim", "python:3.13-slim", "golang:1.24")
        ),
        (
            "python:3.13-slim",
            "which python python3 pip",
            "/usr/local/bin/python\n/usr/local/bin/python3\n/usr/local/bin/pip\n",
        ),
        ("python:3.13-slim", 'test "Python $PYTHON_VERSION" = "$(python --version)" && echo same', "same\n"),
        ("python:3.13-slim", "python -c 'import ssl, sqlite3, zoneinfo, ctypes; print(1)'", "1\n"),
        ("python:3.13-slim", "python -m venv /v && /v/bin/pip --version | cut -c1-4", "pip \n"),
        ("golang:1.24", "go env GOPATH GOTOOLCHAIN; pwd", "/go\nlocal\n/go\n"),
    ],
)
def test_what_is_in_them(image: str, script: str, says: str, engine: EngineAddress) -> None:
    assert inside(engine, image, script) == says


@pytest.mark.engine
@pytest.mark.parametrize(
    ("options", "place"),
    [
        ("", "/usr/local/lib/python3.13/site-packages/demo.py"),
        ("--user", "/root/.local/lib/python3.13/site-packages/demo.py"),
        ("--prefix=/install", "/install/lib/python3.13/site-packages/demo.py"),
        ("--target=/t", "/t/demo.py"),
    ],
)
def test_pip_installs_a_wheel_where_docker_hubs_does(
    options: str, place: str, engine: EngineAddress, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "demo-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("demo.py", "print('hello')\n")
        wheel.writestr("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        wheel.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("demo-1.0.dist-info/RECORD", "")
    script = f"pip install -q --no-index {options} /w/*.whl 2>&1; ls {place}"
    assert inside(engine, "python:3.13-slim", script, "-v", f"{tmp_path}:/w:ro") == f"{place}\n"


@pytest.mark.engine
def test_go_compiles_a_server_without_network(engine: EngineAddress, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/hello\n\ngo 1.24\n")
    (tmp_path / "main.go").write_text(
        'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", http.NotFoundHandler()) }\n'
    )
    script = "cd /w && CGO_ENABLED=0 go build -o /hello . && od -An -c -N4 /hello"
    assert inside(engine, "golang:1.24", script, "-v", f"{tmp_path}:/w:ro").split() == ["177", "E", "L", "F"]


@pytest.mark.engine
@pytest.mark.parametrize(
    ("image", "user", "folder", "command"),
    [
        ("busybox:1.37", "", "", ["sh"]),
        ("debian:trixie-slim", "", "", ["bash"]),
        ("python:3.13-slim", "", "", ["python3"]),
        ("golang:1.24", "", "/go", ["bash"]),
        ("gcr.io/distroless/static-debian13:nonroot", "65532", "/home/nonroot", None),
        ("gcr.io/distroless/static-debian13:latest", "0", "/", None),
    ],
)
def test_their_configuration(
    image: str, user: str, folder: str, command: list[str] | None, engine: EngineAddress
) -> None:
    config = msgspec.json.decode(run(engine, "image", "inspect", "--format", "{{json .Config}}", image))
    assert (config.get("User", ""), config.get("WorkingDir", ""), config.get("Cmd")) == (user, folder, command)
    assert "Labels" not in config or not config["Labels"]


@pytest.mark.engine
def test_debian_is_slim(engine: EngineAddress, places: Places) -> None:
    sizes = {each.name: each.size for each in status(engine, places)}
    assert sizes["debian:trixie-slim"] < 100e6
    assert sizes["busybox:1.37"] < 3e6
    assert sizes["gcr.io/distroless/static-debian13:nonroot"] < 3e6


@pytest.fixture
def second(places: Places, tmp_path: Path) -> Iterator[EngineAddress]:
    """An empty engine with the other image store, of the oldest version."""
    own = Places.from_environment({"DRYDOCK_HOME": str(tmp_path / "home")})
    (tmp_path / "home").mkdir()
    (tmp_path / "home/packages").symlink_to(places.prefix("").parent)
    shutil.copytree(places.apt, tmp_path / "home/apt")
    yield private.start(own, PrivateSpec(store="containerd", suite="trixie"), print)
    private.remove(own, "main")


@pytest.mark.engine
def test_a_bundle_goes_to_another_engine(engine: EngineAddress, second: EngineAddress, tmp_path: Path) -> None:
    file = tmp_path / "bundle.tar"
    said: list[str] = []
    names = bases.save(engine, ["busybox:1.37", "debian:13-slim"], file, said.append)
    assert sorted(names) == ["busybox:1.37", "debian:13-slim", "debian:trixie-slim"]
    assert sorted(bases.load(second, file, said.append)) == sorted(names)
    assert inside(second, "debian:trixie-slim", "cat /etc/debian_version").startswith("13.")
    with pytest.raises(BaseImageError, match=r"does not hold golang:1\.24"):
        bases.save(second, ["golang:1.24"], file, said.append)


def _ensure(engine: EngineAddress, places: Places) -> list[str]:
    """What was said while the smallest base images were got ready."""
    said: list[str] = []
    ensure(engine, places, ["gcr.io/distroless/static-debian13:nonroot", "busybox:1.37"], said.append)
    return said


@pytest.mark.engine
def test_archives_serve_a_second_engine_also_when_several_ask_at_once(second: EngineAddress, places: Places) -> None:
    """No network is asked for: what was built once is loaded, and loaded once."""
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        said = [line for lines in pool.starmap(_ensure, [(second, places)] * 3) for line in lines]
    assert said.count("busybox:1.37 is ready.") == 1, said
    found = {each.name: each for each in status(second, places) if each.there}
    assert found.keys() == {"gcr.io/distroless/static-debian13:nonroot", "busybox:1.37"}
    assert "drydock.invalid" not in run(second, "images")


@pytest.mark.engine
def test_what_an_older_recipe_has_built_is_built_anew(second: EngineAddress, places: Places, tmp_path: Path) -> None:
    base = find("busybox:1.37")
    older = msgspec.structs.replace(base, environment=("PATH=/bin", "OLD=1"))
    with LayerWriter(tmp_path / "old.tar") as writer:
        writer.file("old", b"")
    write_archive(older, tmp_path / "old.tar", base.name, {}, tmp_path / "old.tar.gz")
    run(second, "load", "--quiet", "--input", str(tmp_path / "old.tar.gz"))
    said: list[str] = []
    theirs = msgspec.structs.replace(second, private=False)
    ensure(theirs, places, [base.name], said.append)
    assert said == []
    ensure(second, places, [base.name], said.append)
    assert said[0] == "busybox:1.37 was built by an older recipe, and is built anew."
    assert inside(second, base.name, "ls /old 2>/dev/null || echo gone; echo ${OLD-}") == "gone\n\n"
    said.clear()
    ensure(second, places, [base.name], said.append)
    assert said == []


@pytest.mark.engine
def test_an_older_image_that_cannot_be_built_anew_is_kept(second: EngineAddress, tmp_path: Path) -> None:
    base = find("busybox:1.37")
    older = msgspec.structs.replace(base, environment=("PATH=/bin", "OLD=1"))
    with LayerWriter(tmp_path / "old.tar") as writer:
        writer.file("old", b"")
    write_archive(older, tmp_path / "old.tar", base.name, {}, tmp_path / "old.tar.gz")
    run(second, "load", "--quiet", "--input", str(tmp_path / "old.tar.gz"))
    nowhere = Places(data=str(tmp_path / "data"), run=str(tmp_path / "run"), debian="http://127.0.0.1:9/debian")
    said: list[str] = []
    ensure(second, nowhere, [base.name], said.append)
    assert said[-1].startswith("That did not work, and the older one is kept: ")
    assert "OLD=1" in run(second, "image", "inspect", "--format", "{{.Config.Env}}", base.name)


@pytest.mark.engine
def test_an_engine_of_the_user_gets_no_stand_in(second: EngineAddress, places: Places) -> None:
    theirs = msgspec.structs.replace(second, private=False)
    with pytest.raises(BaseImageError, match="drydock images load FILE"):
        ensure(theirs, places, ["busybox:1.37"], print)
    assert run(second, "images", "-q") == ""


@pytest.mark.engine
def test_a_silent_registry_is_given_up_soon(second: EngineAddress) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        begin = time.monotonic()
        assert pull(second, f"127.0.0.1:{server.getsockname()[1]}/busybox:1.37") == "silent"
    assert time.monotonic() - begin < 10


def _build(base: Base, data: Path) -> bytes:
    """The archive of a base image that is built in the data folder `data`, which then holds nothing else."""
    places = Places(data=str(data), run=str(data / "run"))
    build(places, base, print)
    assert [path.name for path in places.images.iterdir()] == [base.file]
    return (places.images / base.file).read_bytes()


def built_lately(base: Base, places: Places, elsewhere: Path) -> bytes:
    """An archive of the base image from the last hours: the one that the engine has, or else one built `elsewhere`."""
    own = places.images / base.file
    fresh = own.exists() and time.time() - own.stat().st_mtime < LATELY
    return own.read_bytes() if fresh else _build(base, elsewhere)


def kill_a_build(base: Base, data: Path) -> None:
    """Kill a build in the middle of it; nothing of it goes on, and nothing stays mounted."""
    child = multiprocessing.get_context("spawn").Process(target=_build, args=(base, data))
    child.start()
    limit = time.monotonic() + 120
    while not list(data.glob("images/work-*/mmdebstrap.*/usr/bin")) and time.monotonic() < limit:
        time.sleep(0.1)
    child.kill()
    child.join()
    time.sleep(1)
    assert processes_that_name(str(data)) == []
    assert str(data) not in Path("/proc/mounts").read_text()
    assert not (data / "images" / base.file).exists()


@pytest.mark.setup
@pytest.mark.parametrize("base", CATALOG, ids=NAMES)
def test_built_from_nothing(base: Base, places: Places, tmp_path: Path) -> None:
    """Two builds in data folders of their own give the same archive, also where a first try was killed."""
    if base.name == "debian:trixie-slim":
        kill_a_build(base, tmp_path / "one")
    built = _build(base, tmp_path / "one")
    assert built[:2] == b"\x1f\x8b"
    # By digest: pytest would take hours to say in what two archives of 30 MB differ.
    assert sha256(built).hexdigest() == sha256(built_lately(base, places, tmp_path / "two")).hexdigest()
