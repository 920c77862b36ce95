"""The checks of the user: who it is, what it can write, and what not."""

import pytest
from observing import complete, judged, observation

from grader import checks
from grader.model import Files, FilesSeen, Params, Rights, RightsSeen, Run, Verdict
from grader.model.image import File, ImageConfig

TEXT = "FROM busybox:1.37\nRUN mkdir /data && chown 7 /data\nCOPY app /app\nUSER keeper\n"


def who(number: int | None, user: str = "") -> Verdict:
    seen = observation(TEXT, config=ImageConfig(user=user), probed={Rights(): RightsSeen(user=number)})
    return judged("runs_as_non_root", seen)


@pytest.mark.parametrize(
    ("number", "user", "says"),
    [(7, "keeper", "user 7 (keeper)"), (1000, "1000", "user 1000"), (1000, "1000:0", "user 1000 (1000:0)")],
)
def test_not_root(number: int, user: str, says: str) -> None:
    assert who(number, user).status == "passed"
    assert says in who(number, user).seen


@pytest.mark.parametrize(
    ("number", "user", "says"),
    [
        (0, "", "the image names no user"),
        (0, "boss", "names the user 'boss'"),
        (0, "0:1000", "runs as root (0)"),
        (0, "0", "runs as root (0)"),
        (None, "ghost", "the user 'ghost' is not in the image"),
    ],
)
def test_root(number: int | None, user: str, says: str) -> None:
    verdict = who(number, user)
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert says in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize("name", ["runs_as_non_root", "writable_for_user", "read_only_for_user"])
def test_no_program_of_the_image_is_believed(name: str) -> None:
    check = checks.load(name)
    parameters = Params() if check.parameters is Params else check.parameters(paths=("/data",))
    assert not [probe for probe in check.probes(parameters) if isinstance(probe, Run)]


def rights(name: str, right: str | None, mode: int = 0o755) -> Verdict:
    probed = {
        Rights(paths=("/data",)): RightsSeen(user=7, rights={"/data": right} if right else {}),  # type: ignore[dict-item]
        Files(paths=("/data",), follow=True): FilesSeen(files=(File(path="/data", kind="folder", mode=mode, uid=7),)),
    }
    seen = observation(TEXT, config=ImageConfig(user="keeper"), probed=probed)
    return judged(name, seen, paths=["/data"])


@pytest.mark.parametrize(
    ("name", "right", "mode", "says"),
    [
        ("writable_for_user", "yes", 0o755, ""),
        ("writable_for_user", "yes", 0o770, ""),
        ("writable_for_user", "yes", 0o777, "everybody can write /data: its permissions are 0777"),
        ("writable_for_user", "yes", 0o1777, "everybody can write"),
        ("writable_for_user", "no", 0o755, "cannot write /data, which belongs to 7:0 with 0755"),
        ("writable_for_user", "none", 0o755, "there is no /data"),
        ("writable_for_user", "closed", 0o755, "the user keeper cannot reach /data"),
        ("writable_for_user", None, 0o755, "the user 'keeper' is not in the image"),
        ("writable_for_user", "owner", 0o555, "cannot write /data"),
        ("read_only_for_user", "no", 0o755, ""),
        ("read_only_for_user", "owner", 0o555, "/data belongs to the user keeper: an owner can"),
        ("read_only_for_user", "yes", 0o755, "can write /data, which belongs to 7:0"),
        ("read_only_for_user", "none", 0o755, "there is no /data"),
        ("read_only_for_user", "closed", 0o755, "the user keeper cannot reach /data"),
        ("read_only_for_user", None, 0o755, "the user 'keeper' is not in the image"),
    ],
)
def test_what_the_user_can_write(name: str, right: str | None, mode: int, says: str) -> None:
    verdict = rights(name, right, mode)
    assert verdict.status == ("failed" if says else "passed")
    assert says in verdict.seen
    assert not says or (complete(verdict) and verdict.line == 2)
