"""Containers and images on both engines."""

from __future__ import annotations

import http.client
import io
import tarfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import BUSYBOX, running

from grader.engine.client import Engine
from grader.engine.running import Mount
from grader.errors import ImageError, UsageError

pytestmark = pytest.mark.engine


@pytest.fixture
def name(engine: Engine) -> Iterator[str]:
    """A name for an image of this test's own, removed after it."""
    name = f"drydock-test/{uuid.uuid4().hex[:8]}:1"
    yield name
    engine.remove_image(name, force=True)


def shell(engine: Engine, script: str, **options: object) -> tuple[int | None, str, str]:
    with engine.run(BUSYBOX, command=("sh", "-c", script), **options) as container:
        return container.wait(20.0), *container.outputs()


def test_facts(engines: dict[str, Engine]) -> None:
    for store, engine in engines.items():
        assert engine.facts().store == store
        assert engine.facts().version
        assert engine.alive()


def test_files_of_a_running_container_are_read_without_running_anything_in_it(engines: dict[str, Engine]) -> None:
    script = "mkdir -p /d/s && printf one > /d/a && printf two > /d/s/b && ln -s /etc/passwd /d/link && echo up && cat"
    for engine in engines.values():
        with engine.run(BUSYBOX, command=("sh", "-c", f"{script}; sleep 60")) as container:
            for _ in range(100):
                if "up" in container.logs():
                    break
                time.sleep(0.1)
            assert container.contents("/d") == {"a": "one", "s/b": "two"}
            assert container.contents("/d/none") == {}


@pytest.mark.parametrize(
    ("script", "options", "expected"),
    [
        ("echo out; echo err >&2; exit 3", {}, (3, "out\n", "err\n")),
        ("printf 'a\\377b'", {}, (0, "a\\xffb", "")),
        ("echo $A$B", {"environment": ("A=1", "B=2")}, (0, "12\n", "")),
        ("id -u", {"user": "1000"}, (0, "1000\n", "")),
        ("pwd", {"workdir": "/tmp"}, (0, "/tmp\n", "")),
        ("ls /sys/class/net", {}, (0, "lo\n", "")),
        ("(echo x > /x) 2>/dev/null || echo no", {"read_only": True}, (0, "no\n", "")),
        ("echo x > /t/x && cat /t/x", {"read_only": True, "tmpfs": ("/t",)}, (0, "x\n", "")),
        ("grep -c '^CapEff:.*0000000000000000' /proc/self/status", {"bounded": True}, (0, "1\n", "")),
        ("ulimit -n", {"bounded": True}, (0, "1024\n", "")),
        ("ulimit -n; grep -c '^NoNewPrivs:.*1' /proc/self/status", {"careful": True}, (0, "1024\n1\n", "")),
        ("mknod /x c 1 3 2> /dev/null || chown 7 /tmp && ulimit -c", {"careful": True}, (0, "0\n", "")),
    ],
)
def test_run(engine: Engine, script: str, options: dict[str, object], expected: tuple[int, str, str]) -> None:
    assert shell(engine, script, **options) == expected


def test_mount(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("mounted\n")
    mounts = (Mount(source=str(tmp_path), target="/m"),)
    assert shell(engine, "cat /m/f; (echo x > /m/g) 2>/dev/null || echo no", mounts=mounts) == (0, "mounted\nno\n", "")


def test_memory(engine: Engine) -> None:
    with engine.run(BUSYBOX, command=("tail", "/dev/zero"), memory_bytes=16 * 1024 * 1024) as container:
        assert container.wait(30.0) == 137
        assert container.state().out_of_memory


def test_processes(engine: Engine) -> None:
    code, _, error = shell(engine, "for i in $(seq 40); do sleep 1 & done; wait", processes=20)
    assert code
    assert "can't fork" in error


@pytest.mark.parametrize(
    ("image", "options", "words"),
    [
        (BUSYBOX, {"command": ("nosuch",)}, '"nosuch": executable file not found'),
        (BUSYBOX, {"entrypoint": "/etc/passwd"}, "permission denied"),
        (BUSYBOX, {"user": "nobodyhere"}, "unable to find user nobodyhere"),
        ("nosuch.invalid/image:1", {}, "No such image"),
    ],
)
def test_what_cannot_start(engine: Engine, image: str, options: dict[str, object], words: str) -> None:
    container = engine.run(image, **options)
    with pytest.raises(UsageError, match=words), container:
        pass
    assert [each for each in engine.api.containers(all=True) if f"/{container.name}" in each["Names"]] == []


def test_an_error_inside_the_block(engine: Engine, labels: dict[str, str]) -> None:
    with pytest.raises(KeyError), engine.run(BUSYBOX, command=("sleep", "97.5"), labels=labels):  # noqa: PT012
        assert len(engine.labelled_containers(labels)) == 1
        raise KeyError
    assert engine.labelled_containers(labels) == ()
    assert running("sleep 97.5") == []


def test_anonymous_volumes_go_too(engine: Engine, context: Path, labels: dict[str, str]) -> None:
    text = f'FROM {BUSYBOX}\nVOLUME /v\nCMD ["true"]\n'.encode()
    image = engine.build(context, dockerfile=text, labels=labels, seconds=60.0, output_bytes=1000).image
    with engine.run(image) as container:
        (mount,) = container.inspect()["Mounts"]
    names = [volume["Name"] for volume in engine.api.volumes()["Volumes"] or ()]
    assert mount["Name"] not in names


def test_how_much_of_the_processor_it_has_used(engine: Engine) -> None:
    script = "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; echo counted; sleep 9"
    with engine.run(BUSYBOX, command=["sh", "-c", script]) as container:
        while "counted" not in container.logs():
            time.sleep(0.1)
        used = container.cpu_seconds()
        assert used > 0.02
        time.sleep(0.5)
        assert container.cpu_seconds() - used < 0.02


def test_wait_is_bounded(engine: Engine) -> None:
    with engine.run(BUSYBOX, command=("sleep", "98.5")) as container:
        began = time.monotonic()
        assert container.wait(0.5) is None
        assert 0.4 < time.monotonic() - began < 30.0
        assert container.state().running
        container.kill()
        assert container.wait(30.0) == 137
        container.kill()
    assert running("sleep 98.5") == []


TRAP = 'trap "exit 5" TERM; trap "exit 6" INT; echo ready; while :; do sleep 0.1; done'


@pytest.mark.parametrize(
    ("script", "signal", "code", "killed"),
    [(TRAP, "", 5, False), (TRAP, "SIGINT", 6, False), ("trap '' TERM; echo ready; sleep 96.5", "", 137, True)],
)
def test_stop(engine: Engine, script: str, signal: str, code: int, killed: bool) -> None:
    with engine.run(BUSYBOX, command=("sh", "-c", script)) as container:
        while "ready" not in container.logs():
            time.sleep(0.02)
        stopped = container.stop(1.0, signal)
        assert (stopped.exit_code, stopped.killed) == (code, killed)
        assert (stopped.seconds >= 1.0) == killed
        assert container.stop(1.0).exit_code == code


def test_port(engine: Engine) -> None:
    script = "mkdir /w; echo hello > /w/index.html; exec httpd -f -p 8080 -h /w"
    with engine.run(BUSYBOX, command=("sh", "-c", script), ports=(8080,), network="bridge") as container:
        host, port = container.port(8080)
        assert host == "127.0.0.1"
        assert _body(host, port) == b"hello\n"
        with pytest.raises(UsageError):
            container.port(81)


def _body(host: str, port: int) -> bytes:
    limit = time.monotonic() + 10.0
    while True:
        connection = http.client.HTTPConnection(host, port, timeout=5.0)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def test_exec(engine: Engine) -> None:
    with engine.run(BUSYBOX, command=("sleep", "95.5")) as container:
        done = container.exec(["sh", "-c", "echo out; echo err >&2; id -u; exit 4"], user="7")
        assert (done.exit_code, done.stdout, done.stderr) == (4, "out\n7\n", "err\n")
        began = time.monotonic()
        assert container.exec(["sleep", "94.5"], seconds=0.5).exit_code is None
        assert time.monotonic() - began < 30.0
        assert container.exec(["yes"], seconds=1.0, limit=1000).exit_code is None
        assert "sleep 95.5" in container.top()
    assert running("sleep 94.5") == []


def test_pause_and_diff(engine: Engine) -> None:
    with engine.run(BUSYBOX, command=("sh", "-c", "echo x > /new; rm /etc/passwd; sleep 93.5")) as container:
        container.pause()
        assert container.state().paused
        container.unpause()
        while ("deleted", "/etc/passwd") not in container.diff():
            time.sleep(0.05)
        assert ("added", "/new") in container.diff()


def test_logs_are_cut(engine: Engine) -> None:
    with engine.run(BUSYBOX, command=("sh", "-c", "echo begin; yes | head -c 100000; echo end")) as container:
        assert container.wait(20.0) == 0
        text = container.logs(1000)
    assert text.startswith("begin\n")
    assert text.endswith("end\n")
    assert len(text) < 1100


def test_commit_tag_history_inspect(engine: Engine, name: str) -> None:
    with engine.run(BUSYBOX, command=("sh", "-c", "echo x > /new")) as container:
        container.wait(20.0)
        image = engine.commit(container.id, name, message="why", changes=['CMD ["cat", "/new"]'])
    assert engine.inspect(name)["Id"] == image
    assert engine.history(image)[0].comment == "why"
    with engine.run(image) as container:
        assert (container.wait(20.0), container.logs()) == (0, "x\n")
    other = name.replace(":1", ":2")
    engine.tag(image, other)
    assert engine.inspect(other)["Id"] == image
    engine.remove_image(other)
    engine.remove_image(other)
    with pytest.raises(UsageError):
        engine.inspect(other)


def test_save_and_load(engine: Engine, name: str) -> None:
    engine.tag(BUSYBOX, name)
    with engine.save([name]) as file, tarfile.open(fileobj=file, mode="r|") as archive:
        names = [member.name for member in archive]
    assert "manifest.json" in names
    with engine.save([name, BUSYBOX]) as file:
        data = file.read()
    engine.remove_image(name)
    assert set(engine.load(io.BytesIO(data))) >= {name}
    assert engine.inspect(name)
    with engine.save([name]) as file:
        assert len(file.read(100)) == 100
    with pytest.raises(ImageError):
        engine.load(b"no archive")
    with pytest.raises(UsageError), engine.save(["drydock-test/nosuch:1"]):
        pass


def test_export_and_import(engine: Engine, name: str) -> None:
    with (
        engine.run(BUSYBOX, command=("true",)) as container,
        engine.export(container.id) as file,
    ):
        data = file.read()
    image = engine.import_(io.BytesIO(data), name, changes=['CMD ["echo", "imported"]'])
    assert engine.inspect(name)["Id"] == image
    with engine.run(image) as container:
        assert (container.wait(20.0), container.logs()) == (0, "imported\n")


def test_events(engine: Engine, labels: dict[str, str]) -> None:
    key, value = next(iter(labels.items()))
    events = engine.events(2.0, {"type": "container", "label": f"{key}={value}"})
    with engine.run(BUSYBOX, command=("true",), labels=labels) as container:
        container.wait(20.0)
    actions = [event["Action"] for event in events]
    assert [action for action in actions if action in ("create", "start", "die")] == ["create", "start", "die"]


def test_remove_labelled(engine: Engine, context: Path) -> None:
    own = {"drydock.test": uuid.uuid4().hex}
    text = f"FROM {BUSYBOX}\nRUN echo {own['drydock.test']}\n".encode()
    for builder in ("buildkit", "classic"):
        assert engine.build(context, dockerfile=text, labels=own, seconds=60.0, output_bytes=1000, builder=builder).ok
    engine.api.create_container(BUSYBOX, labels=own)
    assert engine.labelled_images(own)
    engine.remove_labelled(own)
    assert engine.labelled_images(own) == engine.labelled_containers(own) == ()
    with pytest.raises(UsageError):
        engine.remove_labelled({})
