"""What goes wrong around a class: folders, roster, store, disk and clock; and what is said of it."""

from __future__ import annotations

import csv
import errno
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from grader import exercise
from grader.batch import store as stores
from grader.batch.alike import passages
from grader.batch.handed import handed
from grader.batch.look import alone, look, looked
from grader.batch.rows import rows
from grader.batch.store import Store, store, version_of
from grader.batch.tables import write_page, write_tables, write_whole
from grader.batch.values import HandIn, Outcome, Row
from grader.engine.lock import locked
from grader.errors import DiskFullError, DrydockError, InputError, LockedError, MachineError, UsageError
from tests.batch.test_results import COURSE, outcome
from tests.programs import command, drydock, environment, inside

ROOT = exercise.exercises_folder()
EXERCISE = exercise.find(ROOT, "02")


def tree(folder: Path, *paths: str) -> Path:
    """A folder with a small Dockerfile at each of these paths."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("FROM busybox\n")
    return folder


@pytest.mark.parametrize(
    ("about", "paths", "student", "says"),
    [
        (
            "a class one folder too deep",
            ("group-1/ada/Dockerfile", "group-1/bob/Dockerfile"),
            "group-1",
            "holds 2 submissions (ada, bob); expected one learner's Dockerfile there. If it is a class, name",
        ),
        (
            "archives one folder too deep",
            tuple(f"group-1/{name}.zip" for name in "abcd"),
            "group-1",
            "holds 4 submissions (a.zip, b.zip, c.zip, …)",
        ),
        (
            "two exercises, and neither is this one",
            ("ada/01-commit/Dockerfile", "ada/05-cache/Dockerfile"),
            "ada",
            "holds 2 submissions (01-commit, 05-cache)",
        ),
    ],
)
def test_a_folder_of_the_wrong_depth(
    about: str, paths: tuple[str, ...], student: str, says: str, tmp_path: Path
) -> None:
    (found,) = handed([tree(tmp_path, *paths)], [EXERCISE.name])
    assert (found.student, says in found.refused) == (student, True), (about, found.refused)


def test_of_two_exercises_in_one_folder_the_one_of_that_name_counts(tmp_path: Path) -> None:
    (found,) = handed([tree(tmp_path, f"ada/{EXERCISE.name}/Dockerfile", "ada/05-cache/Dockerfile")], [EXERCISE.name])
    assert (found.path, found.refused) == (str(tmp_path / "ada" / EXERCISE.name), "")


@pytest.mark.parametrize("paths", [("ada/Dockerfile", "ada/a/Dockerfile", "ada/b/Dockerfile"), ("ada/a/x", "ada/b/y")])
def test_what_is_not_taken_for_a_class(paths: tuple[str, ...], tmp_path: Path) -> None:
    (found,) = handed([tree(tmp_path, *paths)], [EXERCISE.name])
    assert (found.path, found.refused) == (str(tmp_path / "ada"), "")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("ada.zip", b"PK\x03\x04 and nothing more", "ada.zip"),
        ("ada.zip", b"", "ada.zip"),
        ("ada.tar.gz", b"\x1f\x8b\x08 cut off", "ada.tar.gz"),
        ("lovelaceada_1_2_answer.pdf", b"%PDF-1.7" + b"x" * 3_000_000, "lovelaceada_1_2_answer.pdf"),
    ],
)
def test_an_unreadable_file_is_a_refusal_that_names_it(name: str, data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    (found,) = handed([tmp_path], [EXERCISE.name])
    looked = look(EXERCISE.folder, found.path)
    assert isinstance(looked, Outcome)
    assert says in looked.refused
    assert "drydock-" not in looked.refused


def test_a_dockerfile_by_itself_has_nobody_else_s_work_as_its_context(tmp_path: Path) -> None:
    for name in ("a_1_2_Dockerfile.txt", "b_1_3_Dockerfile.txt"):
        (tmp_path / name).write_text("FROM busybox\nCOPY . /all\n")
    tree(tmp_path, "eve/Dockerfile")
    found = handed([tmp_path], [EXERCISE.name])
    one, other, _ = (look(EXERCISE.folder, hand_in.path) for hand_in in found)
    assert isinstance(one, str)
    assert one == other
    with alone(tmp_path / "a_1_2_Dockerfile.txt") as path:
        assert [each.name for each in path.parent.iterdir()] == ["Dockerfile"]
    assert len(looked(EXERCISE.folder, found[0].path).marks) == 8 * len(passages(["FROM busybox\nCOPY . /all\n"]))


def test_a_name_that_is_no_utf_8_is_refused_and_its_row_can_be_written(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/\xff\xfe name"))
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM busybox\n")
    (found,) = handed([tmp_path / "in"], [EXERCISE.name])
    assert "the name is not UTF-8" in found.refused
    with store(tmp_path / "out") as kept:
        kept.hand_in(found, "", found.refused)
        found_rows = rows(kept, COURSE)
    write_tables(tmp_path / "out", found_rows)
    assert [(row.student, row.status) for row in found_rows] == [(r"\udcff\udcfe name", "refused")]
    assert r"\udcff\udcfe name" in (tmp_path / "out" / "results.csv").read_text("utf-8-sig")


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A class that is graded already, so that no command needs an engine."""
    tree(tmp_path / "in", "Ada L./Dockerfile", "bob/Dockerfile")
    version = version_of(ROOT / EXERCISE.name)
    with store(tmp_path / "out") as kept:
        for one in handed([tmp_path / "in"], [EXERCISE.name]):
            digest = look(EXERCISE.folder, one.path)
            assert isinstance(digest, str)
            kept.hand_in(one, digest, "")
            kept.keep(EXERCISE.name, version, digest, outcome(16))
    return tmp_path


def words(folder: Path, *more: str) -> list[str]:
    """`grade` of that class."""
    return ["grade", "02", str(folder / "in"), "--out", str(folder / "out"), *more]


def test_names_and_times_that_do_not_fit_are_told_and_late_days_are_kept(graded: Path) -> None:
    (graded / "class.csv").write_text("student\nAda L\nbob\nmax\n")
    (graded / "times.csv").write_text("student,submitted\nbob,2026-11-24T21:00+08:00\nzoe,2026-11-24T12:00Z\n")
    rule = ("--due", "2026-11-24T12:00Z", "--late", "10% a day", "--times", str(graded / "times.csv"))
    done = drydock(*words(graded, "--roster", str(graded / "class.csv"), *rule))
    assert done.returncode == 0, done.stderr
    for told in (
        "2 passed, 2 missing",
        "1 handed in and are not in the roster: Ada L. (there is 'Ada L', missing)",
        "no time is known of 1 of 2, and nothing was taken off: Ada L.",
        "1 with a time did not hand in: zoe",
    ):
        assert told in done.stdout
    lines = inside("export", "jsonl", str(graded / "out")).stdout.splitlines()
    found = {one["student"]: one for one in map(msgspec.json.decode, lines)}
    scores = {name: (one["score"], one["automatic_score"]) for name, one in found.items()}
    missing = (None, None)
    assert scores == {"Ada L.": (16, 16), "bob": (14.4, 16), "Ada L": missing, "max": missing}
    assert found["bob"]["late_note"] == "1 hour late: 10 % taken off"
    unusable = inside(*words(graded, "--due", "2026-11-24 12:00", "--late", "10% a day"))
    assert (unusable.returncode, "has no time zone" in unusable.stderr) == (2, True)


def test_the_results_of_one_exercise_stay_when_another_is_graded_into_them(graded: Path) -> None:
    """And what was said of late days, of names and of the roster stays with each."""
    other = exercise.find(ROOT, "05-few-layers")
    tree(graded / "in-05", "bob/Dockerfile")
    with store(graded / "out") as kept:
        (one,) = handed([graded / "in-05"], [other.name])
        digest = look(other.folder, one.path)
        kept.keep(other.name, version_of(ROOT / other.name), str(digest), outcome(7, "too many"))
    (graded / "class.csv").write_text("student,submitted\nAda L.,2026-11-24T11:00Z\nbob,2026-11-25T11:00Z\n")
    rule = ("--due", "2026-11-24T12:00Z", "--late", "50% a day", "--roster", str(graded / "class.csv"))
    assert drydock(*words(graded, *rule, "--anonymous")).returncode == 0
    assert ">bob<" not in (graded / "out" / "index.html").read_text("utf-8")
    late = ("--due", "2026-11-25T10:00Z", "--late", "10% a day", "--roster", str(graded / "class.csv"))
    done = drydock("grade", "05-few-layers", str(graded / "in-05"), "--out", str(graded / "out"), *late)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 failed, 1 missing\n")
    assert f"the results also hold what was graded before: {EXERCISE.name}" in done.stdout
    found = {(row["student"], row["exercise"]): row["score"] for row in results(graded / "out")}
    assert found == {
        ("Ada L.", EXERCISE.name): "16",
        ("bob", EXERCISE.name): "8",
        ("Ada L.", other.name): "",
        ("bob", other.name): "6.3",
    }
    lines = (graded / "out" / "results.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 4
    page = (graded / "out" / "index.html").read_text("utf-8")
    assert (EXERCISE.title in page, other.title in page) == (True, True)


def results(folder: Path) -> list[dict[str, str]]:
    with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_nobody_s_is_told(graded: Path) -> None:
    (graded / "in" / "notes.txt").write_text("x")
    (graded / "out" / "overrides.csv").write_text(
        f"student,exercise,score,comment\nbob,{EXERCISE.name},3,\nBob,{EXERCISE.name},4,\nbob,02,5,\n"
    )
    done = drydock(*words(graded))
    assert done.returncode == 0, done.stderr
    assert "1 not looked at, as no submission or an earlier attempt: notes.txt" in done.stderr
    told = f"2 lines of overrides.csv fit nobody here, and change nothing: 'Bob' in '{EXERCISE.name}', 'bob' in '02'"
    assert told in done.stdout
    assert {row["student"]: row["score"] for row in results(graded / "out")} == {"Ada L.": "16", "bob": "3"}


def test_the_results_of_another_course_are_left_alone(graded: Path) -> None:
    with store(graded / "out") as kept:
        kept.hand_in(HandIn(student="eve", exercise="77-elsewhere", path="p"), "d", "")
    done = inside(*words(graded))
    assert done.returncode == 2
    assert "holds results of another course: this one has no exercise 77-elsewhere" in done.stderr
    assert not (graded / "out" / "results.csv").exists()


def test_a_second_grader_waits_and_says_so(graded: Path) -> None:
    with locked(graded / "out" / ".lock", "grading a class", print):
        second = subprocess.Popen(
            command(*words(graded)), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        said = second.stderr.readline()
        assert said == f"Waiting for process {os.getpid()} (grading a class) …\n"
        assert second.poll() is None
    printed, said = second.communicate(timeout=120)
    assert (second.returncode, "2 passed" in printed) == (0, True), said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Store]:
    """A store on what is as good as a full disk: no page more is to be had."""
    with store(tmp_path) as _:
        pass
    connection = sqlite3.connect(tmp_path / stores.FILE)
    connection.execute("PRAGMA max_page_count = 1")
    yield Store(connection)
    connection.close()


def test_a_full_disk_is_said_and_what_was_kept_stays(small_disk: Store, tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match="No space is left for the results"):
        small_disk.keep("x", "v", "d", Outcome(report=b"x" * 1_000_000))
    with store(tmp_path) as kept:
        assert kept.outcome("x", "v", "d") is None
        kept.keep("x", "v", "d", outcome(16))
        assert kept.outcome("x", "v", "d") == outcome(16)


def locked_by_another(folder: Path) -> sqlite3.Connection:
    """Somebody who writes to the store and does not end."""
    other = sqlite3.connect(folder / stores.FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


def test_a_store_that_another_keeps_for_itself_is_the_machine_s_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "PATIENCE", 0.1)
    with store(tmp_path) as kept:
        other = locked_by_another(tmp_path)
        with pytest.raises(LockedError, match="the results: another process has kept it"):
            kept.note("a", "b")
        other.close()
        kept.note("a", "b")
    other = locked_by_another(tmp_path)
    with pytest.raises(LockedError, match=stores.FILE), store(tmp_path):
        pass
    other.close()


def test_a_full_disk_when_the_store_is_made_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def small(file: Path, timeout: float) -> sqlite3.Connection:
        connection = connect(file, timeout=timeout)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(DiskFullError, match=stores.FILE), store(tmp_path):
        pass


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("SQLITE_CANTOPEN", UsageError),
        ("SQLITE_READONLY", UsageError),
        ("SQLITE_IOERR", MachineError),
        ("SQLITE_IOERR_WRITE", MachineError),
        ("SQLITE_BUSY_RECOVERY", LockedError),
        ("SQLITE_CORRUPT", InputError),
    ],
)
def test_what_a_store_says_is_told_to_whom_it_concerns(code: str, error: type[DrydockError], tmp_path: Path) -> None:
    said = sqlite3.OperationalError("so it says")
    said.sqlite_errorcode = getattr(sqlite3, code)
    with pytest.raises(error, match=r"so it says|another process"), store(tmp_path):
        raise said


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    says = r"new cannot be written: Permission denied\.\s+Name another folder"
    with pytest.raises(UsageError, match=says), store(tmp_path / "new"):
        pass


def test_two_graders_can_begin_on_one_new_folder(tmp_path: Path) -> None:
    """However they meet: each finds nothing, what the other one has just made, or its journal."""
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            folder, together = tmp_path / str(number), threading.Barrier(8)

            def begin(at: int, folder: Path = folder, together: threading.Barrier = together) -> None:
                together.wait(10)
                with store(folder) as kept:
                    kept.note(str(at), "there")

            list(pool.map(begin, range(8)))
            with store(folder) as kept:
                assert [kept.noted(str(at)) for at in range(8)] == ["there"] * 8


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("exercise.toml", True),
        ("files/a", True),
        ("children/with-words/Dockerfile", True),
        ("anything.else", True),
        ("task.md", False),
        ("solution/Dockerfile", False),
        ("wrong/one/Dockerfile", False),
        (".note", False),
    ],
)
def test_another_version_is_what_grading_reads(path: str, counts: bool, tmp_path: Path) -> None:
    tree(tmp_path, "exercise.toml", path)
    before = version_of(tmp_path)
    (tmp_path / path).write_text("another\n")
    assert (version_of(tmp_path) != before) == counts


def test_a_table_is_the_old_one_or_the_new_one_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    write_whole(tmp_path / "results.csv", b"old")
    monkeypatch.setattr(Path, "write_bytes", no_space)
    with pytest.raises(DiskFullError):
        write_whole(tmp_path / "results.csv", b"new")
    assert (tmp_path / "results.csv").read_bytes() == b"old"


def test_a_clock_that_goes_back_does_not_bring_back_an_old_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([2e9, 1e9, 5e8])
    monkeypatch.setattr(time, "time", lambda: next(now))
    with store(tmp_path) as kept:
        for version, score in (("v1", 3), ("v2", 9), ("v1", 16)):
            kept.keep("x", version, "d", outcome(score))
            latest = kept.latest("x", "d")
            assert latest is not None
            assert msgspec.json.decode(latest.report)["score"] == score


def test_who_handed_in_nothing_has_no_page(tmp_path: Path) -> None:
    write_page(tmp_path, Row(student="ada", exercise="x", status="missing"), EXERCISE)
    assert not (tmp_path / "pages").exists()
