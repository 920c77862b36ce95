"""`./drydock lab`: the port, the environment of the kernels, and a JupyterLab that is asked as a browser asks it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader.engine.places import EngineAddress, Places
from grader.errors import UsageError
from labkit import lab

ROOT = Path(__file__).parent.parent
ENGINE = EngineAddress(host="unix:///e.sock", docker="/e/bin/docker", config="/e/config", path="/e/bin:/usr/bin")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with closing(socket.socket()) as listener:
        listener.bind((lab.HERE, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_first_free_port_is_taken_where_none_is_named() -> None:
    assert lab.FIRST_PORT <= lab.chosen_port(None, lab.HERE) < lab.FIRST_PORT + lab.PORTS_TRIED


def test_taken_port_is_said_with_a_free_one(taken: int) -> None:
    with pytest.raises(UsageError, match=rf"Port {taken} .*\n  Use --port \d+, or leave --port out") as error:
        lab.chosen_port(taken, lab.HERE)
    free = int(re.findall(r"--port (\d+)", str(error.value))[0])
    assert lab.chosen_port(free, lab.HERE) == free


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port(port: int) -> None:
    with pytest.raises(UsageError, match="from 1 to 65535"):
        lab.chosen_port(port, lab.HERE)


def test_kernels_have_the_engine_and_nothing_of_another_jupyter() -> None:
    user = {"PATH": "/usr/bin:/mine", "JUPYTER_TOKEN": "x", "JUPYTER_CONFIG_DIR": "/mine", "LANG": "C", "EDITOR": "vi"}
    made = lab.environment(user, ROOT, Places(data="/data", run="/run"), ENGINE)
    assert made["PATH"].split(":")[1:] == ["/e/bin", "/usr/bin", "/mine"]
    assert (made["DOCKER_HOST"], made["DOCKER_CONFIG"]) == ("unix:///e.sock", "/e/config")
    assert made["JUPYTER_CONFIG_DIR"].startswith("/data/")
    assert "JUPYTER_TOKEN" not in made
    assert (made["EDITOR"], made["PYTHONPATH"]) == ("vi", str(ROOT))


def test_without_an_engine_docker_stays_as_the_user_has_it() -> None:
    made = lab.environment({"DOCKER_HOST": "ssh://mine"}, ROOT, Places(data="/data", run="/run"), None)
    assert made["DOCKER_HOST"] == "ssh://mine"


@pytest.mark.parametrize(
    ("ip", "host"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("10.1.2.3", "10.1.2.3")]
)
def test_the_address_to_open(ip: str, host: str) -> None:
    made = lab.settings(ROOT, ROOT / "notebooks", ip=ip, port=8899, browser=False, token="secret")
    assert lab.address_of(made) == f"http://{host}:8899/lab/tree/notebooks/00-welcome.ipynb?token=secret"


def course(folder: Path, **notebooks: str) -> Path:
    """A course whose notebooks hold these texts."""
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for name, text in notebooks.items():
        (folder / "notebooks" / f"{name}.ipynb").write_text(text)
    return folder


def test_notebooks_are_opened_as_copies_that_are_the_learners(tmp_path: Path) -> None:
    work, said = tmp_path / "my-work", list[str]()
    root = course(tmp_path, a="one", b="one")
    assert lab.own_notebooks(root, work, said.append) == work / "notebooks"
    (work / "notebooks/a.ipynb").write_text("mine")
    lab.own_notebooks(root, work, said.append)
    assert (work / "notebooks/a.ipynb").read_text() == "mine"
    assert (root / "notebooks/a.ipynb").read_text() == "one"
    assert said == []


def test_a_notebook_that_the_course_has_changed_is_copied_anew_and_nothing_is_lost(tmp_path: Path) -> None:
    work, said = tmp_path / "my-work", list[str]()
    lab.own_notebooks(course(tmp_path, a="one", b="one"), work, said.append)
    (work / "notebooks/a.ipynb").write_text("mine")
    lab.own_notebooks(course(tmp_path, a="two", b="two"), work, said.append)
    found = {path.name: path.read_text() for path in (work / "notebooks").glob("*.ipynb")}
    assert found == {"a.ipynb": "two", "a.before-1.ipynb": "mine", "b.ipynb": "two"}
    assert said == ["a.ipynb is new in the course; your own is kept beside it as a.before-1.ipynb."]


@pytest.mark.parametrize("known", ["", "{", "[1]"])
def test_what_was_laid_out_is_no_longer_known(known: str, tmp_path: Path) -> None:
    work = tmp_path / "my-work"
    lab.own_notebooks(course(tmp_path, a="one"), work, print)
    (work / "notebooks/.laid.json").write_text(known)
    lab.own_notebooks(tmp_path, work, print)
    assert [path.name for path in (work / "notebooks").glob("*.ipynb")] == ["a.ipynb"]


def test_a_folder_of_work_elsewhere_opens_the_courses_own(tmp_path: Path) -> None:
    root = course(tmp_path / "course", a="one")
    assert lab.own_notebooks(root, tmp_path / "elsewhere", print) == root / "notebooks"


def test_copies_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    root, said = course(tmp_path, a="one"), list[str]()
    (tmp_path / "my-work").write_text("a file")
    assert lab.own_notebooks(root, tmp_path / "my-work", said.append) == root / "notebooks"
    assert "cannot be written" in said[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a course that is open, without an engine, and its process."""
    home = str(tmp_path_factory.mktemp("home"))
    env = {**os.environ, "HOME": home, "DRYDOCK_HOME": home, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "grader", "lab", "--no-browser", "--no-engine"]
    pipes = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=env, cwd=home, text=True, **pipes) as process:
        assert process.stderr
        address = next((line.strip() for line in process.stderr if "token=" in line), "")
        try:
            yield address, process
        finally:
            process.kill()


def asked(address: str, path: str = "") -> str:
    """What the server answers to the address, or to another path with the same token."""
    page, token = address.split("?")
    url = "/".join(page.split("/")[:3]) + path + "?" + token if path else address
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


def test_the_printed_address_opens_the_course(server: tuple[str, subprocess.Popen[str]]) -> None:
    assert "JupyterLab" in asked(server[0])
    listed = json.loads(asked(server[0], "/api/contents/"))["content"]
    assert {"notebooks", "exercises", "README.md"} <= {item["name"] for item in listed}


def test_news_and_updates_are_off(server: tuple[str, subprocess.Popen[str]]) -> None:
    plugin = "@jupyterlab/apputils-extension:notification"
    schema = json.loads(asked(server[0], f"/lab/api/settings/{plugin}"))["schema"]["properties"]
    assert (schema["fetchNews"]["default"], schema["checkForUpdates"]["default"]) == ("false", False)
    page = json.loads(
        re.findall(r'<script id="jupyter-config-data"[^>]*>\s*(\{.*?\})\s*</script>', asked(server[0]), re.S)[0]
    )
    assert page["news"] == {"disabled": True}


def test_the_only_kernel_is_the_courses(server: tuple[str, subprocess.Popen[str]]) -> None:
    assert list(json.loads(asked(server[0], "/api/kernelspecs"))["kernelspecs"]) == ["python3"]


def test_ctrl_c_ends_it_without_a_question(server: tuple[str, subprocess.Popen[str]]) -> None:
    server[1].send_signal(signal.SIGINT)
    assert server[1].wait(20) == 0
