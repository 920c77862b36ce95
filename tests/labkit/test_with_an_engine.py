"""Builds that a cell starts, with a real engine: watched, cancelled, failed, and gone when the kernel is."""

import ast
import os
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from grader.engine.places import Places
from labkit import twin
from labkit.places import lessons_in
from tests.labkit.notebooks import COURSE, executed, said

pytestmark = pytest.mark.engine

NAMES = [path.stem for path in lessons_in(COURSE / "lessons")]
BEGIN = "from labkit import *\n%load_ext labkit\n%lesson 00-welcome"


def cells(work, *sources, env=()):
    """A kernel that runs these cells, and its outputs as text, one a cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, timeout=120, startup_timeout=300, kernel_name="python3", allow_errors=True)
    settings = dict(os.environ) | {"DRYDOCK_WORK": str(work), "PYTHONPATH": str(COURSE)} | dict(env)
    with client.setup_kernel(env=settings, cwd=str(COURSE / "notebooks")):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    return [_text(cell.outputs) for cell in notebook.cells]


def _text(outputs):
    parts = [
        output.get("text") or "\n".join(output.get("traceback", [])) or output.get("data", {}).get("text/plain", "")
        for output in outputs
    ]
    return "\n".join(parts)


def docker(*arguments):
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def read_at_once(tmp_path_factory):
    """Gives the notebook of a lesson as it came out when all lessons were read, two of them open at any time."""
    work = tmp_path_factory.mktemp("my-work")
    with ThreadPoolExecutor(2) as pool:
        begun = {}

        def read(name):
            if not begun:
                # Taken here, where the engine's address is in it: it is there as long as a test runs.
                env = dict(os.environ)
                begun.update({one: pool.submit(executed, one, work, env) for one in NAMES})
            return begun[name].result()

        yield read
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def volumes_before():
    """Gives the volumes that no container used when it was first asked, before any lesson began."""
    return cache(unused_volumes)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_beside_another_from_top_to_bottom_and_leaves_nothing(name, volumes_before, read_at_once):
    before = volumes_before()
    text = said(read_at_once(name))
    running = f"{twin.SIGNS['running']} {twin.words()['running']}"
    assert not [line for line in text.splitlines() if line.strip().startswith(running)], "shown as running to the end"
    end = time.monotonic() + 30
    while left_of(name, before) and time.monotonic() < end:
        time.sleep(0.2)
    assert left_of(name, before) == []


def left_of(lesson, volumes):
    """What there is in the engine of a lesson's, and the volumes without a container that are none of `volumes`."""
    number, label = lesson.partition("-")[0], f"label=drydock.lesson={lesson}"
    form = ("--format", "{{.ID}} {{.Repository}}:{{.Tag}}")
    found = [f"volume {name}" for name in sorted(unused_volumes() - volumes)]
    for mark in (label, f"reference=lab{number}/*", f"reference=*/lab{number}/*"):
        found += docker("image", "ls", "--filter", mark, *form).splitlines()
    for mark in (label, f"name=^/?lab{number}-"):
        found += docker("container", "ls", "--all", "--filter", mark, "--format", "{{.ID}} {{.Names}}").splitlines()
    return found


def unused_volumes():
    return set(docker("volume", "ls", "--quiet", "--filter", "dangling=true").split())


def test_what_a_lesson_leaves_is_seen():
    mine = uuid.uuid4().hex[:12]
    before, none = unused_volumes(), "97-none"
    docker("container", "create", "--name", f"lab97-{mine}", "busybox:1.37")
    docker("tag", "busybox:1.37", f"127.0.0.1:5000/lab97/{mine}:1")
    docker("volume", "create", f"mine-{mine}")
    seen = " ".join(left_of(none, before))
    docker("container", "rm", f"lab97-{mine}")
    docker("image", "rm", f"127.0.0.1:5000/lab97/{mine}:1")
    docker("volume", "rm", f"mine-{mine}")
    assert all(name in seen for name in (f"lab97-{mine}", f"127.0.0.1:5000/lab97/{mine}:1", f"volume mine-{mine}"))
    assert mine not in " ".join(left_of(none, before))


def test_a_false_statement_of_a_lesson_fails(tmp_path):
    notebook = nbformat.read(COURSE / "notebooks" / "00-welcome.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("not again.ran", "again.ran")
    client = NotebookClient(notebook, timeout=120, startup_timeout=300, kernel_name="python3")
    env = dict(os.environ) | {"DRYDOCK_WORK": str(tmp_path), "PYTHONPATH": str(COURSE)}
    with pytest.raises(CellExecutionError, match="AssertionError"):
        client.execute(env=env, cwd=str(COURSE / "notebooks"))


def test_a_build_comes_back_at_once_and_can_be_cancelled(tmp_path):
    text = cells(
        tmp_path,
        BEGIN,
        "import time\nbegan = time.monotonic()\n"
        'slow = build(dockerfile="FROM busybox:1.37\\nRUN sleep 60\\n", no_cache=True)\n'
        "print(time.monotonic() - began < 5, slow.ended(0))",
        "time.sleep(1); slow.cancel(); print(slow.ok, slow.failure.cause)",
    )
    assert "True False" in text[1]
    assert "False cancelled" in text[2]


def test_a_stage_that_the_classic_builder_made_goes_with_the_lesson(tmp_path):
    mine = uuid.uuid4().hex
    stages = f"FROM busybox:1.37 AS a\\nRUN echo {mine}\\nFROM busybox:1.37\\nCOPY --from=a /etc/passwd /{mine}\\n"
    text = cells(
        tmp_path, BEGIN, f'done = build(dockerfile="{stages}", builder="classic", tag="lab00/stages")', "done.ok"
    )
    assert text[2] == "True"
    until(lambda: not _nameless_with(mine), "a stage is still there")


def test_a_failed_build_is_a_finding_not_a_traceback(tmp_path):
    text = cells(
        tmp_path, BEGIN, 'bad = build(dockerfile="FROM busybox:1.37\\nRUN echo so; no-such\\n", show=True)', "bad.ok"
    )
    assert "Traceback" not in text[1]
    assert "Line 2" in text[1]
    assert "no-such: not found" in text[1]
    assert text[2] == "False"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("again.ok", ["There is no 'again' yet", "again = build(tag="]),
        ("build('no-such-folder')", ["There is no folder 'no-such-folder'"]),
        ("history('no-such-image:1')", ["no-such-image"]),
        ("%exercise 77-none", ["there is no exercise '77-none'"]),
        ("%solution 02-first-dockerfile", ["after the exercise has been passed"]),
        ("%hint 02-first-dockerfile", ["Check first"]),
        ("%%dockerfile no-such-folder/Dockerfile\nFROM x", ["There is no folder 'no-such-folder'"]),
    ],
)
def test_a_cell_that_cannot_work_says_what_to_do(cell, words, tmp_path):
    text = cells(tmp_path, BEGIN, cell)[1]
    assert all(word in text for word in words)
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("!docker commit lab01-box lab01/other:1", ["There is no 'lab01-box' yet", "Three steps"]),
        ("history('lab01/iam:by-hand')", ["There is no 'lab01/iam:by-hand' yet", "The same server, twice"]),
    ],
)
def test_a_cell_that_comes_too_early_says_which_one_it_needs(cell, words, tmp_path):
    text = cells(tmp_path, BEGIN.replace("00-welcome", "01-commit"), cell)[1]
    assert all(word in text for word in words)


def test_a_cell_that_needs_machine_b_says_which_one_starts_it(tmp_path):
    text = cells(tmp_path, BEGIN.replace("00-welcome", "03-save-export"), "!docker -H {b.host} image ls")[1]
    assert all(word in text for word in ("There is no 'b' yet", "b = second_machine()", "Two machines"))


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_machine_b_and_the_registry_go_with_the_kernel(end):
    program = (
        "import os, signal\nfrom labkit import local_registry, second_machine\n"
        "b, r = second_machine(), local_registry()\n"
        "assert second_machine() is b and local_registry() is r\n"
        "print(b.address.name, b.host, r.folder, flush=True)\n" + end
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=COURSE, capture_output=True, text=True, timeout=60, check=False
    )
    name, host, registry = done.stdout.splitlines()[-1].split()
    engine = Places.from_environment(os.environ).engine(name)
    files = [engine, Path(host.removeprefix("unix://")), Path(registry)]
    end_of_waiting = time.monotonic() + 30
    while (left := [str(file) for file in files if file.exists()]) and time.monotonic() < end_of_waiting:
        time.sleep(0.1)
    assert left == []
    assert [line for line in _running() if (name in line and "dockerd" in line) or registry in line] == []


def test_what_lost_its_name_is_removed_with_the_rest(tmp_path):
    commit = "!docker commit lab01-one lab01/one:1"
    make = "!docker run --name lab01-one busybox:1.37 touch /one\n" + commit
    text = cells(tmp_path, BEGIN.replace("00-welcome", "01-commit"), make, commit)[1:]
    ids = {word for word in " ".join(text).split() if word.startswith("sha256:")}
    assert len(ids) == 2
    end = time.monotonic() + 30
    while ids & set(docker("image", "ls", "--all", "--quiet", "--no-trunc").split()) and time.monotonic() < end:
        time.sleep(0.2)
    assert not ids & set(docker("image", "ls", "--all", "--quiet", "--no-trunc").split())


def test_without_an_engine_the_first_cell_says_what_to_do(tmp_path):
    text = cells(tmp_path, BEGIN, env={"DOCKER_HOST": f"unix://{tmp_path}/none.sock"}.items())[0]
    assert "DOCKER_HOST" in text
    assert "Traceback" not in text


def test_an_engine_that_stops_in_the_middle_is_told_and_found_again(tmp_path):
    socket = os.environ["DOCKER_HOST"].removeprefix("unix://")
    link = tmp_path / "engine.sock"
    link.symlink_to(socket)
    text = cells(
        tmp_path,
        BEGIN,
        f"import os\nfrom pathlib import Path\nlink = Path({str(link)!r})\nlink.unlink()",
        "build(dockerfile='FROM busybox:1.37\\nRUN true\\n')",
        "history('busybox:1.37')",
        "!docker image ls",
        f"link.symlink_to({socket!r})\n%lesson 00-welcome",
        "len(history('busybox:1.37').rows) > 0",
        env={"DOCKER_HOST": f"unix://{link}"}.items(),
    )
    for told in text[2:5]:
        assert "The engine has stopped" in told
        assert "Start Docker, and run the first cell" in told
        assert "Traceback" not in told
    assert text[6] == "True"


def test_an_image_whose_name_another_took_can_still_be_compared(tmp_path, all_engines):
    # With the containerd store such an image is gone, as on Docker Desktop.
    address = all_engines.with_bases("containerd").address
    line = (
        "dict(tag='lab00/again:1', show=False, dockerfile='FROM busybox:1.37\\nRUN date +%N > /at\\n', no_cache=True)"
    )
    text = cells(
        tmp_path,
        BEGIN,
        f"first, again = build(**{line}), build(**{line})\nassert first.ok and again.ok and first.image != again.image",
        "from labkit import compare\ncompare({'one': first}, after_edit={'one': again}).of('one', 'layers')",
        env=address.environment(os.environ).items(),
    )
    assert text[1] == ""
    assert text[2] == "2"


def test_a_name_that_is_taken_is_told_with_what_frees_it(tmp_path):
    take = "!docker run --name lab00-mine busybox:1.37 true"
    text = cells(tmp_path, BEGIN, take, take, "!docker rm --force lab00-mine", take)
    assert text[1].strip() == text[4].strip() == ""
    assert "The name 'lab00-mine' is taken" in text[2]
    assert "!docker rm --force lab00-mine" in text[2]


def test_both_builders_see_the_same_dockerfile(tmp_path):
    text = cells(
        tmp_path,
        BEGIN,
        'text = "FROM busybox:1.37\\nRUN echo a > /a\\nCMD cat /a\\n"',
        'kinds = {"show": False, "no_cache": True, "tag": "lab00/b:1"}\n'
        'b = [build(dockerfile=text, builder=kind, **kinds) for kind in ("classic", "buildkit")]',
        "print([one.ok for one in b], [len(one.containers) > 0 for one in b])",
    )
    assert text[3].strip() == "[True, True] [True, False]"


STAGES = """FROM busybox:1.37 AS made
RUN head -c 70000 /dev/zero > /made
FROM busybox:1.37
ENV A=1
COPY --from=made /made /made
RUN head -c 30000 /dev/zero > /more
CMD ["true"]
"""


@pytest.mark.parametrize("builder", ["buildkit", "classic"])
@pytest.mark.parametrize("store", ["graph", "containerd"])
def test_each_step_says_what_it_added_to_the_image(tmp_path, all_engines, store, builder):
    address = all_engines.with_bases(store).address
    text = cells(
        tmp_path,
        BEGIN,
        f"done = build(dockerfile={STAGES!r}, builder={builder!r})",
        "{step.line: step.bytes for step in done.steps if step.command[:4] in ('RUN ', 'COPY')}",
        env=address.environment(os.environ).items(),
    )
    found = ast.literal_eval(text[2])
    assert found.keys() == {2, 5, 6}
    assert found[2] is None
    assert 70_000 <= found[5] < 100_000
    assert 30_000 <= found[6] < 60_000


SERVER = """FROM busybox:1.37
RUN echo tulip-4711 > /token
RUN rm /token
HEALTHCHECK --interval=300ms --retries=1 --start-period=0s CMD test ! -e /ill
CMD trap 'echo told to stop; exit 3' TERM; echo up; while :; do sleep 0.1; done
"""


def test_a_container_is_watched_and_stopped(tmp_path):
    text = cells(
        tmp_path,
        BEGIN,
        f"SERVER = {SERVER!r}\nassert build(tag='lab00/server:1', dockerfile=SERVER, show=False).ok\n"
        "server = start('lab00/server:1').wait_for('up')\nserver.watch_health('healthy').health",
        "server.execute('touch', '/ill')\nserver.watch_health('unhealthy').looks[-1].exit_code",
        "server.stop()",
        "server.wait_for('never', seconds=0.2)",
        "with start('lab00/server:1') as other:\n    print(repr(other.address(80)))",
        "!docker container ls --all --quiet --filter label=drydock.lesson=00-welcome | wc -l",
    )
    assert text[1] == "'healthy'"
    assert text[2] == "1"
    assert "told to stop" in text[3]
    assert "exit code 3" in text[3]
    assert "did not print 'never'" in text[4]
    assert text[5].strip() == "''"
    assert text[6].strip() == "1"


def test_a_pinned_name_stays_with_its_image(tmp_path):
    text = cells(
        tmp_path,
        BEGIN,
        "!docker tag busybox:1.37 lab00/moving:1\nfixed = pinned('lab00/moving:1')",
        "!docker tag debian:trixie-slim lab00/moving:1\n"
        "print(run(fixed, 'ls', '/etc/debian_version').ok, run('lab00/moving:1', 'ls', '/etc/debian_version').ok)",
        "pinned('no-such-image:1')",
    )
    assert "False True" in text[2]
    assert "no-such-image" in text[3]


def test_what_an_image_says_of_itself_and_what_it_hides(tmp_path):
    text = cells(
        tmp_path,
        BEGIN,
        f"SERVER = {SERVER!r}\nassert build(tag='lab00/server:1', dockerfile=SERVER, show=False).ok",
        "change = changes('lab00/server:1', since='busybox:1.37')\nprint(sorted(change.settings), change.layers)",
        "print(places_of('tulip-4711', 'lab00/server:1'), places_of('tulip-4712', 'lab00/server:1'))",
        "settings('no-such-image:1')",
        "build(dockerfile='FROM busybox:1.37\\nRUN echo a; echo b\\n', no_cache=True, show=False).printed",
        "run('busybox:1.37', 'sh', '-c', 'echo $A', options=['--env', 'A=1'])",
    )
    assert text[2].strip() == "['Cmd', 'Healthcheck'] 2"
    assert text[3].strip() == "('/token', 'its description') ()"
    assert "no-such-image" in text[4]
    assert text[5] == r"'a\nb\n'"
    assert "docker run --rm --network none --env A=1 busybox:1.37" in text[6]


def test_an_interrupted_cell_cancels_the_build_it_waits_for(tmp_path):
    program = (
        "import os, signal, threading, sys\n"
        "from labkit import build\n"
        f"os.chdir({str(tmp_path)!r})\n"
        'slow = build(dockerfile="FROM busybox:1.37\\nRUN sleep 61\\n", no_cache=True)\n'
        "threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try:\n    slow.wait()\nexcept KeyboardInterrupt:\n    print(slow.failure.cause)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=COURSE, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "cancelled"


@pytest.mark.parametrize("builder", ["buildkit", "classic"])
def test_a_killed_kernel_leaves_no_build_running(tmp_path, builder):
    sleeps = f"sleep 62{os.getpid()}"
    program = (
        "import os, signal, time\nfrom labkit import build\n"
        f"os.chdir({str(tmp_path)!r})\n"
        f'build(dockerfile="FROM busybox:1.37\\nRUN {sleeps}\\n", no_cache=True, builder={builder!r})\n'
        "time.sleep(3)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    kernel = subprocess.Popen([sys.executable, "-c", program], cwd=COURSE)
    until(lambda: _with(sleeps), "the step never ran")
    kernel.wait(60)
    until(lambda: not _with(sleeps), "the step goes on without its kernel")
    until(lambda: not _containers_of(sleeps), "the container of the step is still there")


@pytest.mark.parametrize("builder", ["buildkit", "classic"])
def test_a_kernel_that_ends_during_a_build_is_gone_in_time_and_so_is_what_it_made(tmp_path, builder):
    mine = uuid.uuid4().hex
    sleeps = f"sleep 63{os.getpid()}"
    text = f"FROM busybox:1.37\\nRUN echo {mine} > /made\\nRUN {sleeps}\\n"
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(BEGIN),
            nbformat.v4.new_code_cell(f'build(dockerfile="{text}", builder={builder!r}, tag="lab00/cut-off")'),
        ]
    )
    client = NotebookClient(notebook, timeout=120, startup_timeout=300, kernel_name="python3")
    env = dict(os.environ) | {"DRYDOCK_WORK": str(tmp_path), "PYTHONPATH": str(COURSE)}
    with client.setup_kernel(env=env, cwd=str(COURSE / "notebooks")):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        until(lambda: _with(sleeps), "the step never ran")
    until(lambda: not _with(sleeps), "the step goes on without its kernel")
    until(lambda: not _containers_of(sleeps), "the container of the step is still there")
    until(lambda: not _nameless_with(mine), "an image of the build is still there")
    assert docker("image", "ls", "--quiet", "--filter", "reference=lab00/cut-off") == ""


def until(true, otherwise, seconds=30):
    """Wait until this is true; at most `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, otherwise
        time.sleep(0.2)


def _with(words):
    """The processes with these words, but the clients that asked for them."""
    return [line for line in _running() if words in line and "labkit" not in line and "ipykernel" not in line]


def _containers_of(words):
    form = "{{.ID}} {{.Command}}"
    every = docker("container", "ls", "--all", "--no-trunc", "--format", form).splitlines()
    return [line for line in every if words in line]


def _nameless_with(words):
    """The images without a name whose history has these words."""

    def steps(image):
        # Others' images come and go meanwhile: one that has gone has no history.
        asked = ["docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", image]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout

    nameless = docker("image", "ls", "--quiet", "--filter", "dangling=true").split()
    return [one for one in nameless if words in steps(one)]


def _running():
    """The command lines of all processes but this one."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return lines
