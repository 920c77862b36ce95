"""Nearly the same: what changes the similarity of two submissions and what does not, and how long a class takes."""

from __future__ import annotations

import random
import shutil
import time
from array import array
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from grader import exercise, variants
from grader.answers import answers, lay_out
from grader.batch.alike import ALIKE, LEAST, MARKS, groups, marks, passages, texts
from grader.batch.grading import take_in
from grader.batch.hidden import numbered
from grader.batch.look import looked
from grader.batch.store import store
from grader.batch.summary import class_report
from grader.batch.values import HandIn
from grader.report import class_page
from tests.batch.test_class_page import EXERCISE, FILE, row

OWN = """\
FROM debian:trixie-slim
LABEL org.opencontainers.image.authors="ada@example.org"
RUN apt-get update && apt-get install --yes curl && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/server
COPY server.py settings.ini templates/ ./
ENV PORT=8080
ENTRYPOINT ["python3", "server.py", "--verbose"]
"""


def similarity(*files: str, given: str = "") -> float:
    """How near two texts are, 0 where they are in no group."""
    found = groups({at: marks(passages([text]), passages([given])) for at, text in enumerate(files)})
    return found[0].similarity if found else 0.0


@pytest.mark.parametrize(
    ("about", "changed"),
    [
        ("comments", "# by me\n" + OWN.replace("WORKDIR", "  # here\nWORKDIR")),
        ("spaces and empty lines", OWN.replace(" ", "   ").replace("\n", "\n\n")),
        ("line ends of Windows", OWN.replace("\n", "\r\n")),
        ("letter case", OWN.lower()),
        ("lines that go on", OWN.replace(" && ", " \\\n    && ")),
        ("another order", "".join(reversed(OWN.splitlines(keepends=True)))),
        ("quotation marks", OWN.replace('"', "'")),
    ],
)
def test_what_makes_no_difference(about: str, changed: str) -> None:
    assert similarity(OWN, changed) == 1, about


@pytest.mark.parametrize(
    ("about", "changed", "near"),
    [
        ("another name", OWN.replace("ada@", "eve@"), True),
        ("another port", OWN.replace("8080", "8000"), True),
        ("one more line", OWN + "EXPOSE 8080\n", True),
        ("another program", OWN.replace("apt-get", "apk").replace("server", "service").replace("curl", "wget"), False),
        ("another file", "FROM busybox\nCOPY . /srv\nWORKDIR /srv\nEXPOSE 80\nUSER 1000\nCMD httpd\nENV A=b\n", False),
    ],
)
def test_what_makes_a_difference(about: str, changed: str, near: bool) -> None:
    found = similarity(OWN, changed)
    assert (ALIKE <= found < 1) if near else found == 0, about


def test_short_answers_and_given_files_say_nothing() -> None:
    assert similarity("FROM busybox\nCMD date\n", "FROM busybox\nCMD date\n") == 0
    assert similarity(OWN, OWN, given=OWN) == 0
    assert len(passages([OWN])) > LEAST


def test_what_a_learner_was_given_with_values_of_their_own_says_nothing(tmp_path: Path) -> None:
    one = exercise.find(exercise.exercises_folder(), "04-arg-env")
    theirs = variants.with_values(one, variants.last(one), tmp_path / "made")
    answer = tmp_path / "in"
    for part in ("files", "starter"):
        shutil.copytree(Path(theirs.folder, part), answer, dirs_exist_ok=True)
    assert looked(one.folder, str(answer)).marks, "their values are not the first ones"
    with store(tmp_path / "out") as kept, ThreadPoolExecutor(1) as executor:
        class_ = [HandIn(student="ada", exercise=one.name, path=str(answer))]
        take_in(class_, {one.name: (one, "v1")}, kept, executor, own=lambda *_: theirs)
        assert list(kept.marks(one.name).values()) == [b""]


def test_what_most_of_a_class_has_is_not_counted() -> None:
    mine = [f"FROM x{at}\n" + "".join(f"RUN a{at} b{line} c d\n" for line in range(9)) for at in range(10)]
    assert groups({at: marks(passages([OWN + text]), set()) for at, text in enumerate(mine)}) == []
    copied = groups({at: marks(passages([OWN + text]), set()) for at, text in enumerate([*mine, mine[3]])})
    assert [(one.members, one.similarity) for one in copied] == [((3, 10), 1.0)]


def test_a_group_holds_whoever_is_alike_with_one_of_it() -> None:
    base = list(range(1, 101))
    chain = {at: array("Q", sorted({*base[10 * at :], *range(1000, 1000 + 10 * at)})).tobytes() for at in range(3)}
    (found,) = groups(chain)
    assert found.members == (0, 1, 2)
    assert ALIKE <= found.similarity < 0.9


def test_a_sample_of_large_submissions_comes_near_to_the_whole() -> None:
    drawn = random.Random(7)
    one = {drawn.getrandbits(64) for _ in range(20_000)}
    other = set(sorted(one)[::5]) ^ one | {drawn.getrandbits(64) for _ in range(1_000)}
    exact = len(one & other) / len(one | other)
    (found,) = groups({0: marks(one, set()), 1: marks(other, set())})
    assert len(marks(one, set())) == 8 * MARKS
    assert found.similarity == pytest.approx(exact, abs=0.08)


def test_five_hundred_submissions_take_bounded_time() -> None:
    drawn = random.Random(1)
    base = [drawn.getrandbits(64) for _ in range(400)]
    found = {at: marks({*drawn.sample(base, 200), *(drawn.getrandbits(64) for _ in range(400))}, set())
             for at in range(500)}  # fmt: skip
    began = time.process_time()
    groups(found)
    # Measured: 0.5 s of processor time.
    assert time.process_time() - began < 15


def test_right_answers_of_the_course_are_not_taken_for_copies(tmp_path: Path) -> None:
    root, pairs = exercise.exercises_folder(), 0
    # Those whose right answers come nearest to one another, up to 0.63.
    for wanted in ("02", "05-few-layers", "05-only-what-is-needed", "05-own-application", "05-tag"):
        one = exercise.find(root, wanted)
        name = one.name
        found = {}
        for at, answer in enumerate(one for one in answers(one) if one.kind in ("right", "solution")):
            folder = tmp_path / name / answer.name
            lay_out(one, Path(answer.folder), folder)
            found[at] = looked(one.folder, str(folder)).marks
        assert groups(found) == [], name
        pairs += len(list(combinations(found, 2)))
    assert pairs > 80


def test_only_texts_are_read_and_not_too_many(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_bytes(b"\x00\x01")
    (tmp_path / "c").write_bytes(b"x" * 200_000)
    (tmp_path / "d").symlink_to("/etc/passwd")
    (tmp_path / "e").write_bytes(b"\xff\xfe two")
    assert [(name, text[-3:]) for name, text in texts(tmp_path)] == [("a", "one"), ("e", "two")]


def test_the_page_asks_and_shows_two_side_by_side() -> None:
    eve = row("eve", "passed", "passed", dockerfile=(*FILE[:3], 'ENTRYPOINT ["/opt/iam/bin/iam-apiserver", "<b>"]'))
    rows = [row("ada", "passed", "passed"), row("bob", "passed", "passed"), eve]
    found = class_report(rows, {EXERCISE.name: EXERCISE}).exercises[0].alike
    assert [one.learners for one in found] == [(0, 1)]
    same = passages([OWN])
    near = {EXERCISE.name: {str(at): marks({*same, at}, set()) for at in range(3)}}
    digests = [msgspec.structs.replace(one, digest=str(at)) for at, one in enumerate(rows)]
    page = class_page.render(class_report(digests, {EXERCISE.name: EXERCISE}, near))
    assert "% in common" in page
    assert page.count("<figure>") == 2
    assert "<mark>ENTRYPOINT [&quot;/opt/iam/bin/iam-apiserver&quot;, &quot;&lt;b&gt;&quot;]</mark>" in page
    called = numbered(digests, b"s")
    hidden = class_page.render(class_report(digests, {EXERCISE.name: EXERCISE}, near, called=called))
    assert ("% in common" in hidden, "<figure>" in hidden, "iam-apiserver" in hidden) == (True, False, False)
