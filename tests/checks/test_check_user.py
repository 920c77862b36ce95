"""The checks of the user: who it is, what it can write, and what not."""

import pytest
from observing import complete, judged, observation

from grader.checks._rights import answers, ask
from grader.model import Files, FilesSeen, Run, RunSeen, Verdict
from grader.model.image import File, ImageConfig

TEXT = "FROM busybox:1.37\nRUN mkdir /data && chown 7 /data\nCOPY app /app\nUSER keeper\n"
PASSWD = "root:x:0:0::/:/bin/sh\nkeeper:x:7:7::/:/bin/sh\nboss:x:0:0::/:/bin/sh\nbroken\n"


def who(run: RunSeen, user: str = "") -> Verdict:
    probed = {
        Run(entrypoint="id", arguments=("-u",)): run,
        Files(paths=("/etc/passwd",), contents=True, follow=True): FilesSeen(contents={"/etc/passwd": PASSWD}),
    }
    return judged("runs_as_non_root", observation(TEXT, config=ImageConfig(user=user), probed=probed))


WITHOUT_ID = RunSeen(exit_code=None, error="id is not there")


@pytest.mark.parametrize(
    ("run", "user"),
    [
        (RunSeen(exit_code=0, stdout="7\n"), "keeper"),
        (RunSeen(exit_code=0, stdout="1000\n"), "1000:0"),
        (WITHOUT_ID, "1000"),
        (WITHOUT_ID, "65532:65532"),
        (WITHOUT_ID, "keeper:root"),
        (RunSeen(exit_code=127, stderr="no id"), "keeper"),
    ],
)
def test_not_root(run: RunSeen, user: str) -> None:
    assert who(run, user).status == "passed"


@pytest.mark.parametrize(
    ("run", "user", "says"),
    [
        (RunSeen(exit_code=0, stdout="0\n"), "", "the image names no user"),
        (RunSeen(exit_code=0, stdout="0\n"), "boss", "names the user 'boss'"),
        (RunSeen(exit_code=0, stdout="0\n"), "0:1000", "runs as root (0)"),
        (WITHOUT_ID, "", "the image names no user"),
        (WITHOUT_ID, "0", "runs as root (0)"),
        (WITHOUT_ID, "boss", "runs as root (0)"),
        (RunSeen(exit_code=None, error="unable to find user ghost"), "ghost", "unable to find user ghost"),
    ],
)
def test_root(run: RunSeen, user: str, says: str) -> None:
    verdict = who(run, user)
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert says in verdict.seen
    assert complete(verdict)


def rights(name: str, said: str, mode: int = 0o755, run: RunSeen | None = None) -> Verdict:
    probed = {
        ask(("/data",)): run or RunSeen(exit_code=0, stdout=said),
        Files(paths=("/data",), follow=True): FilesSeen(files=(File(path="/data", kind="folder", mode=mode, uid=7),)),
    }
    seen = observation(TEXT, config=ImageConfig(user="keeper"), probed=probed)
    return judged(name, seen, paths=["/data"])


BROKEN = RunSeen(exit_code=None, error="sh is not there")


@pytest.mark.parametrize(
    ("name", "said", "mode", "says"),
    [
        ("writable_for_user", "yes /data\n", 0o755, ""),
        ("writable_for_user", "yes /data\n", 0o770, ""),
        ("writable_for_user", "yes /data\n", 0o777, "everybody can write /data: its permissions are 0777"),
        ("writable_for_user", "yes /data\n", 0o1777, "everybody can write"),
        ("writable_for_user", "no /data\n", 0o755, "cannot write /data, which belongs to 7:0 with 0755"),
        ("writable_for_user", "none /data\n", 0o755, "there is no /data"),
        ("writable_for_user", "", 0o755, "asking for /data as keeper"),
        ("writable_for_user", "owner /data\n", 0o555, "cannot write /data"),
        ("read_only_for_user", "no /data\n", 0o755, ""),
        ("read_only_for_user", "owner /data\n", 0o555, "/data belongs to the user keeper: an owner can"),
        ("read_only_for_user", "yes /data\n", 0o755, "can write /data, which belongs to 7:0"),
        ("read_only_for_user", "none /data\n", 0o755, "there is no /data"),
        ("read_only_for_user", "", 0o755, "asking for /data as keeper"),
    ],
)
def test_what_the_user_can_write(name: str, said: str, mode: int, says: str) -> None:
    verdict = rights(name, said, mode)
    assert verdict.status == ("failed" if says else "passed")
    assert says in verdict.seen
    assert not says or (complete(verdict) and verdict.line == 2)


@pytest.mark.parametrize("name", ["writable_for_user", "read_only_for_user"])
def test_a_container_that_cannot_be_asked_is_said(name: str) -> None:
    verdict = rights(name, "", run=BROKEN)
    assert verdict.status == "failed"
    assert "sh is not there" in verdict.seen


def test_a_path_with_blanks_is_told_whole() -> None:
    assert answers(RunSeen(exit_code=0, stdout="yes /a b\nnone /c\n")) == {"/a b": "yes", "/c": "none"}
