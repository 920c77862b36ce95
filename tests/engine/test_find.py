"""Which engine is used, and what is said when it cannot be."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.engine.distribution import how_to_install
from grader.engine.find import Named, find_or_start, named_engine, own_name
from grader.engine.ping import checked_version
from grader.engine.places import EngineAddress, Places, PrivateSpec
from grader.engine.private import start, stop
from grader.errors import EngineError, NoEngineError


def context(folder: Path, name: str, host: str, *, current: bool = False, tls: bool = False) -> None:
    """Write a docker context as the docker program does."""
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts/meta" / key
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host}}}))
    if current:
        (folder / "config.json").write_text(json.dumps({"auths": {}, "currentContext": name}))
    if tls:
        (folder / "contexts/tls" / key / "docker").mkdir(parents=True)


@pytest.mark.parametrize(
    ("env", "host", "sure"),
    [
        ({"DOCKER_HOST": "tcp://h:1"}, "tcp://h:1", True),
        ({"DOCKER_HOST": "tcp://h:1", "DOCKER_CONTEXT": "lab"}, "tcp://h:1", True),
        ({"DOCKER_CONTEXT": "lab"}, "ssh://lab", True),
        ({}, "unix:///d.sock", False),
        ({"DOCKER_CONTEXT": "default"}, "unix://{default}", False),
    ],
)
def test_the_order(env: dict[str, str], host: str, sure: bool, tmp_path: Path) -> None:
    context(tmp_path, "lab", "ssh://lab")
    context(tmp_path, "desktop", "unix:///d.sock", current=True)
    default = tmp_path / "docker.sock"
    default.touch()
    named = named_engine(env | {"DOCKER_CONFIG": str(tmp_path)}, str(default))
    assert named is not None
    assert (named.host, named.sure) == (host.format(default=default), sure)


def test_nothing_is_named(tmp_path: Path) -> None:
    assert named_engine({"HOME": str(tmp_path)}, str(tmp_path / "none.sock")) is None


def test_certificates(tmp_path: Path) -> None:
    context(tmp_path, "lab", "tcp://lab:2376", current=True, tls=True)
    named = named_engine({"DOCKER_CONFIG": str(tmp_path)})
    assert named is not None
    assert named.certificates.endswith("/docker")
    given = named_engine({"DOCKER_HOST": "tcp://h:1", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/c"})
    assert given == Named(host="tcp://h:1", by="DOCKER_HOST=tcp://h:1", sure=True, certificates="/c")
    env = EngineAddress(host="tcp://h:1", docker="d", certificates="/c").environment({"HOME": "/h", "SECRET": "x"})
    assert env["DOCKER_CERT_PATH"] == "/c"
    assert "SECRET" not in env


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"DOCKER_CONTEXT": "gone"}, "no docker context 'gone'"),
        ({"DOCKER_HOST": "unix:///no/such.sock"}, "DOCKER_HOST=unix:///no/such.sock(.|\n)*unset DOCKER_HOST"),
        ({"DOCKER_HOST": "tcp://127.0.0.1:9"}, "DOCKER_HOST=tcp://127.0.0.1:9"),
    ],
)
def test_what_is_named_on_purpose_is_never_replaced(env: dict[str, str], says: str, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]} | env
    with pytest.raises(EngineError, match=says):
        find_or_start(Places(data=str(tmp_path), run=str(tmp_path)), env, lambda _: None)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def old_socket(tmp_path: Path) -> Iterator[str]:
    """A socket that answers as the engine of Debian 12 does, whose version is 20.10."""
    body = b'{"Version":"20.10.24+dfsg1","ApiVersion":"1.41","MinAPIVersion":"1.12"}'
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "old.sock"))
    server.listen()

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    thread = threading.Thread(target=answer)
    thread.start()
    yield f"unix://{tmp_path}/old.sock"
    thread.join(5)
    server.close()


def test_too_old(old_socket: str) -> None:
    with pytest.raises(EngineError, match=r"version 20\.10\.24\+dfsg1; Drydock needs Docker 26 or newer"):
        checked_version(EngineAddress(host=old_socket, docker=""), {})


@pytest.mark.engine
def test_an_engine_of_the_user_is_used(tmp_path: Path) -> None:
    """Named by DOCKER_HOST or by the current context, with whichever docker program is there; nothing is started."""
    main = start(Places.from_environment(os.environ), PrivateSpec(), print)
    places = Places(data=str(tmp_path / "data"), run=str(tmp_path / "run"))
    env = {"HOME": str(tmp_path), "PATH": main.path}
    found = find_or_start(places, env | {"DOCKER_HOST": main.host}, print)
    assert (found.host, found.private, found.config) == (main.host, False, "")
    context(tmp_path / ".docker", "lab", main.host, current=True)
    assert find_or_start(places, env, print).host == main.host
    assert not (tmp_path / "data").exists()


@pytest.mark.engine
def test_a_dead_context_is_said_and_passed_over(tmp_path: Path) -> None:
    shared = Places.from_environment(os.environ)
    start(shared, PrivateSpec(), print)
    places = Places.from_environment({"DRYDOCK_HOME": str(tmp_path / "data")})
    (tmp_path / "data").mkdir()
    (tmp_path / "data/packages").symlink_to(shared.prefix("").parent)
    context(tmp_path / ".docker", "lab", f"unix://{tmp_path}/dead.sock", current=True)
    said: list[str] = []
    try:
        found = find_or_start(places, {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, said.append)
        assert found.private
        assert "the current docker context 'lab'" in said[0]
    finally:
        stop(places, "main")


def test_drydocks_own_engine_is_known_by_its_address() -> None:
    places = Places(data="/d", run="/r/drydock-1")
    assert own_name(places, "unix:///r/drydock-1/main/docker.sock") == "main"
    assert own_name(places, "unix:///var/run/docker.sock") == ""
    assert own_name(places, "tcp://127.0.0.1:2375") == ""


@pytest.mark.engine
def test_an_own_engine_that_docker_host_names_stays_drydocks_own() -> None:
    places = Places.from_environment(os.environ)
    own = start(places, PrivateSpec(), print)
    found = find_or_start(places, {**os.environ, "DOCKER_HOST": own.host}, print)
    assert found == own


def test_without_root_and_without_an_engine_one_line_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("grader.engine.find.named_engine", lambda _: None)
    with pytest.raises(NoEngineError, match=r"no Docker engine here(.|\n)*" + re.escape(how_to_install())):
        find_or_start(Places(data=str(tmp_path), run=str(tmp_path)), {"HOME": str(tmp_path)}, lambda _: None)
    assert list(tmp_path.iterdir()) == []
