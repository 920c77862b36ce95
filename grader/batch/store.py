"""The outcomes on disk, in SQLite: each is kept as it comes, and what is there is not graded again."""

from __future__ import annotations

import errno
import hashlib
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from grader.batch.values import HandIn, Outcome
from grader.engine.run import disk_full
from grader.errors import DiskFullError, InputError, LockedError, MachineError, UsageError

FILE = "results.sqlite3"
SCHEMA = "drydock.class/1"
SECRET = "secret"
"""Under which random bytes of the class are kept."""
PATIENCE = 30.0
"""Seconds that another process may keep the store for itself."""
_TABLES = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS handed (
    student TEXT NOT NULL, exercise TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, refused TEXT NOT NULL,
    fault TEXT NOT NULL, late INTEGER NOT NULL, PRIMARY KEY (student, exercise)
);
CREATE TABLE IF NOT EXISTS outcome (
    exercise TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL,
    report BLOB NOT NULL, observation BLOB NOT NULL, refused TEXT NOT NULL, fault TEXT NOT NULL,
    seconds REAL NOT NULL, tries INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (exercise, version, digest)
);
CREATE INDEX IF NOT EXISTS by_digest ON outcome (exercise, digest);
CREATE TABLE IF NOT EXISTS marks (
    exercise TEXT NOT NULL, digest TEXT NOT NULL, marks BLOB NOT NULL, PRIMARY KEY (exercise, digest)
);
CREATE TABLE IF NOT EXISTS texts (
    exercise TEXT NOT NULL, digest TEXT NOT NULL, texts BLOB NOT NULL, PRIMARY KEY (exercise, digest)
);
"""


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What one learner handed in, with the digest of its files; none where it was refused or there was a `fault`."""

    one: HandIn
    digest: str = ""
    fault: str = ""


class Store:
    """The results of one class. A key is the exercise, its version, and the digest of what was handed in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def hand_in(self, handed: HandIn, digest: str, refused: str, *, fault: str = "") -> None:
        """Note who handed in what; a later call for the same learner and exercise replaces it.

        `refused` says why it cannot be graded, `fault` what on the machine kept it from being looked at.
        """
        row = (handed.student, handed.exercise, handed.path, digest, refused, fault, handed.late)
        self._write("INSERT OR REPLACE INTO handed VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def keep(self, exercise: str, version: str, digest: str, outcome: Outcome, *, replace: bool = False) -> None:
        """Keep an outcome, safe on the disk when this returns. A fault takes a verdict's place only with `replace`."""
        old = self.outcome(exercise, version, digest)
        if old is not None and not old.fault and outcome.fault and not replace:
            return
        row = (exercise, version, digest, outcome.report, outcome.observation, outcome.refused, outcome.fault)
        tries = 1 + self.tries(exercise, version, digest)
        figures = (outcome.seconds, tries, time.time())
        self._write("INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *figures))

    def outcome(self, exercise: str, version: str, digest: str) -> Outcome | None:
        """What is known of it, None where it has not been graded."""
        row = self._db.execute(
            "SELECT report, observation, refused, fault, seconds FROM outcome "
            "WHERE exercise = ? AND version = ? AND digest = ?",
            (exercise, version, digest),
        ).fetchone()
        if row is None:
            return None
        return Outcome(report=row[0], observation=row[1], refused=row[2], fault=row[3], seconds=row[4])

    def latest(self, exercise: str, digest: str) -> Outcome | None:
        """The last verdict on it, by whichever version of the exercise; None where there is none.

        The last one is what was written last: a clock may have been set back meanwhile.
        """
        row = self._db.execute(
            "SELECT version FROM outcome WHERE exercise = ? AND digest = ? AND fault = '' ORDER BY rowid DESC LIMIT 1",
            (exercise, digest),
        ).fetchone()
        return self.outcome(exercise, row[0], digest) if row else None

    def tries(self, exercise: str, version: str, digest: str) -> int:
        """How often it has been graded so far."""
        row = self._db.execute(
            "SELECT tries FROM outcome WHERE exercise = ? AND version = ? AND digest = ?", (exercise, version, digest)
        ).fetchone()
        return int(row[0]) if row else 0

    def handed(self) -> Iterator[HandedIn]:
        """Who handed in what, in the order of exercises and learners."""
        rows = self._db.execute(
            "SELECT student, exercise, path, refused, late, digest, fault FROM handed ORDER BY exercise, student"
        )
        for student, exercise, path, refused, late, digest, fault in rows.fetchall():
            one = HandIn(student=student, exercise=exercise, path=path, refused=refused, late=bool(late))
            yield HandedIn(one=one, digest=digest, fault=fault)

    def mark(self, exercise: str, digest: str, marks: bytes, texts: bytes = b"") -> None:
        """Keep the passages by which a submission is compared with others, and the texts that are shown then."""
        if texts:
            self._write("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", (exercise, digest, texts))
        self._write("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (exercise, digest, marks))

    def marks(self, exercise: str) -> dict[str, bytes]:
        """The passages of each submission by its digest."""
        return dict(self._db.execute("SELECT digest, marks FROM marks WHERE exercise = ?", (exercise,)).fetchall())

    def texts(self, exercise: str, digest: str) -> bytes:
        """The texts of a submission beside its Dockerfile; nothing where there are none."""
        row = self._db.execute(
            "SELECT texts FROM texts WHERE exercise = ? AND digest = ?", (exercise, digest)
        ).fetchone()
        return bytes(row[0]) if row else b""

    def note(self, key: str, value: str) -> None:
        """Keep a word about the class as a whole."""
        self._write("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))

    def noted(self, key: str) -> str:
        """What was kept under that name, empty where nothing was."""
        row = self._db.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def secret(self) -> bytes:
        """Random bytes of this class's own, made when they are first asked for; nothing that is written shows them."""
        if not self.noted(SECRET):
            self.note(SECRET, secrets.token_hex(32))
        return bytes.fromhex(self.noted(SECRET))

    def forget_others(self, kept: Iterable[tuple[str, str]], exercises: Iterable[str]) -> None:
        """Drop who is no longer among the submissions of these exercises; outcomes stay."""
        wanted = set(kept)
        for name in exercises:
            for (student,) in self._db.execute("SELECT student FROM handed WHERE exercise = ?", (name,)).fetchall():
                if (student, name) not in wanted:
                    self._write("DELETE FROM handed WHERE student = ? AND exercise = ?", (student, name))

    def _write(self, statement: str, row: tuple[object, ...]) -> None:
        try:
            with self._db:
                self._db.execute(statement, row)
        except sqlite3.DatabaseError as error:
            raise failure(error, "the results") from error


@contextmanager
def store(folder: Path) -> Iterator[Store]:
    """The store in `folder`, made where there is none.

    Raises UsageError where the folder holds something else or cannot be written, InputError where the store is damaged
    or another's, MachineError where the disk is full or another process keeps the store for itself.
    """
    file = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # One look: a grader that starts at the same time may be making the store.
        there = {path.name for path in folder.iterdir()}
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"{folder} is not a folder.", "Name a folder for the results with --out.") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(folder) from error
        raise UsageError(
            f"{folder} cannot be written: {error.strerror}.", "Name another folder for the results with --out."
        ) from error
    if there and FILE not in there and not all(name.startswith(FILE) for name in there):
        raise UsageError(
            f"{folder} holds other files, and no results of Drydock.", "Name a new folder with --out, or an empty one."
        )
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE)) as connection:
            _prepare(connection, file)
            yield Store(connection)
    except sqlite3.DatabaseError as error:
        raise failure(error, str(file)) from error


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    connection.executescript(_TABLES)
    row = connection.execute("SELECT value FROM about WHERE key = 'schema'").fetchone()
    if row is None:
        with connection:
            connection.execute("INSERT OR IGNORE INTO about VALUES ('schema', ?)", (SCHEMA,))
    elif row[0] != SCHEMA:
        raise InputError(
            f"{file}: its form is '{row[0]}'; this Drydock writes '{SCHEMA}'", "name another folder with --out"
        )
    connection.execute("PRAGMA synchronous = FULL")


def failure(error: sqlite3.DatabaseError, file: str) -> Exception:
    """What SQLite says of the store `file`, as the error of whom it concerns; itself where the program is wrong."""
    if isinstance(error, sqlite3.ProgrammingError):
        return error
    code = error.sqlite_errorcode & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFullError(f"No space is left for {file}.", "Make room, and run the same command again.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(
            f"{file}: another process has kept it for itself for {PATIENCE:.0f} s.",
            "Wait until it is done, or end it, and run the same command again.",
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return UsageError(f"{file} cannot be written: {error}.", "Name another folder for the results with --out.")
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL):
        return MachineError(f"{file}: the disk or the system fails: {error}.", "See to it, and run the same again.")
    return InputError(f"{file}: is not a store of results: {error}", "name another folder with --out")


# Of an exercise's folder, what only people read, or only `drydock course check`.
_UNREAD = ("task.md", "hints.md", "mutants.toml", "starter", "solution", "right", "wrong", "library")


def version_of(folder: Path) -> str:
    """Twelve digits of the SHA-256 of what an exercise checks: its exercise.toml and all files that grading reads."""
    found = hashlib.sha256()
    tops = (path for path in folder.iterdir() if path.name not in (*_UNREAD, "exercise.toml") and path.name[0] != ".")
    read = sorted(path for top in tops for path in (top, *top.rglob("*")) if path.is_file())
    for path in (folder / "exercise.toml", *read):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]
