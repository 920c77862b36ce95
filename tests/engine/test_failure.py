"""What the builders say when they fail (their real words), sorted: whose fault it is, and what a person is told."""

from __future__ import annotations

import msgspec
import pytest

from grader.engine.failure import Said, failure
from grader.engine.policy import normalised, source_policy
from grader.engine.room import Room
from grader.errors import DiskFullError, EngineError
from grader.model.build import Step

STEP = Step(command="RUN make", line=3, output="working\ncc: error\n")
SOLVE = "ERROR: failed to build: failed to solve: "
PROCESS = 'process "/bin/sh -c make" did not complete successfully: '


@pytest.mark.parametrize(
    ("said", "cause", "words"),
    [
        (
            PROCESS + "exit code: 2",
            "step",
            "Line 3: the command 'RUN make' failed with exit code 2. It printed last: cc",
        ),
        (PROCESS + "exit code: 137", "step", "more memory"),
        (
            PROCESS + "cannot allocate memory",
            "memory",
            "killed (exit code 137): there was not enough memory for it. It pr",
        ),
        (PROCESS + "exit code: 153", "disk", "wrote a larger file than a build may"),
        (PROCESS + "exit code: 126", "step", "is it executable?"),
        ("The command '/bin/sh -c make' returned a non-zero code: 4", "step", "exit code 4"),
        ("ResourceExhausted: failed to copy: no space left on device", "disk", "filled the whole disk"),
        ("max depth exceeded", "step", "more layers"),
        ("dockerfile line greater than max allowed size of 65535", "context", "cannot read"),
        ("failed to marshal LLB definition: string field contains invalid UTF-8", "context", "cannot read"),
        ("stream error: stream ID 15; COMPRESSION_ERROR", "context", "cannot read"),
        ("network.host is not allowed", "not_permitted", "'network.host' may not be used"),
        ('target stage "nosuch" could not be found', "syntax", 'target stage "nosuch" could not be found'),
        ("failed to read dockerfile: open Dockerfile: no such file or directory", "syntax", "open Dockerfile"),
        ("pull access denied for nosuch, repository does not exist", "base_image", "nosuch is not on this engine"),
        ("manifest for busybox:9 not found: manifest unknown", "base_image", "busybox:9 is not on this engine"),
    ],
)
def test_the_learners(said: str, cause: str, words: str) -> None:
    found = failure(Said(text=SOLVE + said, step=STEP, room=Room(own=True)))
    assert (found.cause, words in found.message) == (cause, True), found


@pytest.mark.parametrize(
    ("command", "missing", "named"),
    [
        ("COPY src/a.txt /", "/src", "src/a.txt"),
        ("COPY src/a.txt /", "/src/a.txt", "src/a.txt"),
        ("COPY --chown=1 ./src/a.txt /", "/src", "src/a.txt"),
        ("COPY src src/app", "/src", "src"),
        ("COPY b src/app/", "/b", "b"),
    ],
)
def test_what_is_not_in_the_context_is_named_as_the_dockerfile_does(command: str, missing: str, named: str) -> None:
    """BuildKit names a missing folder or the file in it, and not always the same one for the same build."""
    said = f'{SOLVE}failed to compute cache key: failed to calculate checksum of ref x::y: "{missing}": not found'
    found = failure(Said(text=said, step=Step(command=command, line=2)))
    assert found.message == f"Line 2: '{named}' is not in the build context."


@pytest.mark.parametrize("said", ["syntax error in pattern", 'illegal exclusion pattern: "!"'])
def test_a_dockerignore_that_cannot_be_read_is_the_learners(said: str) -> None:
    found = failure(Said(text=f"ERROR: {said}"))
    assert (found.cause, found.line) == ("context", None)
    assert found.message.startswith(f".dockerignore has a line that is no pattern ({said})")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?", EngineError),
        ("failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF", EngineError),
        ("error during connect: Post: EOF", EngineError),
        ("unexpected EOF", EngineError),
        ("network bridge not found", EngineError),
        ("something nobody has seen", EngineError),
        ("write /var/lib/x: no space left on device", DiskFullError),
    ],
)
def test_the_machines(said: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        failure(Said(text=f"ERROR: {said}"))


MACHINES = [Room(), Room(free=999_999_999), Room(free=0, folder="/data")]
BUILDS = [Room(own=True), Room(free=1_000_000_000, folder="/data")]
FULL = "No space left on device"
WROTE = Step(command="RUN make", line=3, output=f"cc: {FULL}\n")


@pytest.mark.parametrize("room", MACHINES)
@pytest.mark.parametrize(
    "said",
    [
        Said(text=f"ERROR: failed to copy: write /x: {FULL.lower()}"),
        Said(text=SOLVE + PROCESS + "exit code: 2", step=WROTE),
        Said(text=f"{SOLVE}{PROCESS}create bundle: {FULL.lower()}", step=STEP),
    ],
)
def test_a_disk_without_room_is_the_machines(said: Said, room: Room) -> None:
    with pytest.raises(DiskFullError, match=r"No space was left on .*\n +Make room"):
        failure(msgspec.structs.replace(said, room=room))


@pytest.mark.parametrize("room", BUILDS)
@pytest.mark.parametrize("step", [WROTE, None])
def test_a_disk_with_room_or_of_its_own_was_filled_by_the_build(step: Step | None, room: Room) -> None:
    said = SOLVE + (PROCESS + "exit code: 2" if step else f"failed to copy: {FULL.lower()}")
    assert failure(Said(text=said, step=step, room=room)).cause == "disk"


def test_a_step_that_fails_where_next_to_nothing_is_free_is_not_judged() -> None:
    with pytest.raises(DiskFullError, match=r"/data.*4,096 bytes are free now.*'RUN make' of line 3"):
        failure(Said(text=SOLVE + PROCESS + "exit code: 2", step=STEP, room=Room(free=4096, folder="/data")))


def test_a_file_larger_than_a_build_may_write_is_its_own_on_a_full_disk_too() -> None:
    assert failure(Said(text=SOLVE + PROCESS + "exit code: 153", step=STEP, room=Room(free=0))).cause == "disk"


PLACE = "Dockerfile:4\n--------------------\n   4 | >>> ADD a.tar /x/\n--------------------\n"


def test_an_archive_that_ends_too_early_is_not_an_engine_that_died() -> None:
    step = Step(command="ADD a.tar /x/", error="unexpected EOF")
    found = failure(Said(text=PLACE + SOLVE + "unexpected EOF", error="unexpected EOF", step=step))
    assert (found.cause, found.line) == ("context", 4)
    assert "the archive that ADD unpacks is damaged: unexpected EOF" in found.message
    for text, error, command in (
        (PLACE, "", "ADD a.tar /x/"),
        ("", "unexpected EOF", "ADD a.tar /x/"),
        (PLACE, "unexpected EOF", "RUN true"),
        (PLACE, "error reading from server: EOF", "ADD a.tar /x/"),
    ):
        with pytest.raises(EngineError):
            failure(Said(text=f"{text}{SOLVE}unexpected EOF", error=error, step=Step(command=command)))


SANDBOX = "cannot create sandbox: cannot read client sync file"
UNSTARTED = "runc run failed: unable to start container process: "


@pytest.mark.parametrize(
    ("printed", "machine"),
    [
        (f"{UNSTARTED}can't get final child's PID from pipe: EOF\n", True),
        (f"{UNSTARTED}waiting for init preliminary setup: read init-p: connection reset by peer\n", True),
        (f"running container: creating container: {SANDBOX}: waiting for sandbox to start: EOF\n", True),
        ("running container: creating container: cannot create gofer process: fork/exec: permission denied", True),
        ("running container: starting container: failed to load /bin/sh: no such file or directory\n", False),
        (f'{UNSTARTED}exec: "/EOF": stat /EOF: no such file or directory\n', False),
        (f"{UNSTARTED}exec /bin/sh: permission denied\n", False),
        # A command that has printed something was started.
        (f"hello\n{UNSTARTED}can't get final child's PID from pipe: EOF\n", False),
    ],
)
def test_a_step_that_the_machine_did_not_start_is_not_judged(printed: str, machine: bool) -> None:
    said = Said(text=f"{SOLVE}{PROCESS}exit code: 1", step=Step(command="RUN make", line=2, output=printed))
    if machine:
        with pytest.raises(EngineError, match="make"):
            failure(said)
    else:
        assert failure(said).cause == "step"


@pytest.mark.parametrize("said", ["docker: 'buildx' is not a docker command.", "unknown flag: --builder\nSee 'docker'"])
def test_no_buildx(said: str) -> None:
    with pytest.raises(EngineError, match="has no buildx"):
        failure(Said(text=said))


@pytest.mark.parametrize("command", ["echo unexpected EOF", "echo 'no space left on device'", "echo is not allowed"])
def test_words_of_the_learner_are_not_the_engines(command: str) -> None:
    message = f'process "/bin/sh -c {command}; exit 1" did not complete successfully: exit code: 1'
    assert failure(Said(text=SOLVE + message)).cause == "step"


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("busybox", "docker.io/library/busybox:latest"),
        ("busybox:1.37", "docker.io/library/busybox:1.37"),
        ("user/app:1", "docker.io/user/app:1"),
        ("docker.io/busybox", "docker.io/library/busybox:latest"),
        ("docker.io/library/busybox:1", "docker.io/library/busybox:1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("example.org/a/b:2", "example.org/a/b:2"),
        ("busybox@sha256:0", "docker.io/library/busybox@sha256:0"),
        ("busybox:1@sha256:0", "docker.io/library/busybox:1@sha256:0"),
    ],
)
def test_names(image: str, full: str) -> None:
    assert normalised(image) == full
    assert f'"docker-image://{full}"' in source_policy([image])
