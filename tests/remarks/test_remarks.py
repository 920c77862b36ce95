"""Remarks of hadolint and of BuildKit: heard whatever the submission says, bounded, and missing with a reason."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import msgspec
import pytest

from grader import dockerfile
from grader.errors import EngineError, MachineError
from grader.judge import judge
from grader.model import (
    Build,
    BuildRemark,
    EngineFacts,
    Exercise,
    ExerciseCheck,
    Image,
    Observation,
    Remark,
    Remarks,
)
from grader.remarks import MOST, hadolint, remarks

BUILT = Build(builder="buildkit", image="sha256:1", seconds=1.0)
ENGINE = EngineFacts(version="28.5.2", store="graph", private=True)
SHELL = BuildRemark(text="JSONArgsRecommended: JSON arguments: recommended", line=2, seconds=0.1)
BAD = b"FROM debian\nRUN cd /tmp && sudo apt-get install curl\nCMD echo $x\n"


def never(_: bytes) -> tuple[Remark, ...]:
    raise AssertionError("nothing was to be asked")


def rules(text: bytes) -> list[tuple[str, int | None]]:
    return [(each.rule, each.line) for each in hadolint.remarks(text)]


@pytest.fixture
def program(tmp_path: Path):
    """A program in hadolint's place that does what the Python `code` does."""

    def made(code: str) -> str:
        file = tmp_path / "hadolint"
        file.write_text(f"#!{sys.executable}\nimport sys, time\n{code}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return str(file)

    return made


def test_hadolint_is_found_beside_this_python() -> None:
    assert hadolint.find()


def test_what_hadolint_remarks() -> None:
    assert {("DL3006", 1), ("DL3003", 2), ("DL3004", 2), ("DL3025", 3)} <= set(rules(BAD))
    assert not {"DL3008", "DL1000"} & {rule for rule, _ in rules(BAD)}
    assert {each.source for each in hadolint.remarks(BAD)} == {"hadolint"}


@pytest.mark.parametrize(
    "before",
    [
        b"# hadolint ignore=DL3006\n",
        b"# hadolint global ignore=DL3006,DL3004,DL3025\n",
        b"#hadolint global ignore=DL3006\n",
        b"#  HADOLINT  ignore = DL3006\n",
        b"# hadolint shell=powershell\n",
        b"# escape=\\\n# hadolint global ignore=DL3006\n",
        b"# a note, then hadolint global ignore=DL3006\n",
    ],
)
def test_no_comment_switches_a_rule_off(before: bytes) -> None:
    shift = before.count(b"\n")
    assert rules(before + BAD) == [(rule, (line or 0) + shift) for rule, line in rules(BAD)]


@pytest.mark.parametrize(
    "text",
    [
        b"FROM debian:13\nRUN true && \\\n  # shellcheck disable=SC2086\n  echo $x\n",
        b"FROM debian:13\n# hadolint ignore=SC2086\nRUN true && \\\n  echo $x\n",
    ],
)
def test_no_comment_switches_shellcheck_off(text: bytes) -> None:
    assert "SC2086" in [rule for rule, _ in rules(text)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (b"# hadolint ignore=DL3006\r\nFROM a\r\n", b"#\r\nFROM a\r\n"),
        (b"\t # shellcheck disable=all\n", b"\t #\n"),
        (b"# about shells\nRUN hadolint x\n", b"# about shells\nRUN hadolint x\n"),
        (b"RUN echo '# hadolint'\n", b"RUN echo '# hadolint'\n"),
        (b"\xff# hadolint\n#\xffhadolint", b"\xff# hadolint\n#"),
    ],
)
def test_without_pragmas(text: bytes, left: bytes) -> None:
    assert hadolint.without_pragmas(text) == left


def test_no_file_and_no_variable_switches_a_rule_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules(BAD)
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3006, DL3004, DL3025]\n")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "hadolint.yaml").write_text("ignored: [DL3006, DL3004, DL3025]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("HADOLINT_IGNORE", "DL3006,DL3004,DL3025")
    monkeypatch.setenv("HADOLINT_FORMAT", "tty")
    assert rules(BAD) == before


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('hello')", "what it printed is not what was expected"),
        ("print('[{\"code\": 1}]')", "what it printed is not what was expected"),
        ("sys.stdout.buffer.write(bytes([255]))", "what it printed is not what was expected"),
        ("sys.exit(3)", "it ended with exit code 3"),
        ("time.sleep(60)", "it took more than 1 s"),
        ("while True: print('x' * 60_000)", "it printed more than 2,000,000 bytes"),
    ],
)
def test_a_program_that_misbehaves_is_named(program, code: str, said: str) -> None:
    with pytest.raises(MachineError, match=said):
        hadolint.remarks(BAD, program(code), seconds=1.0)


def test_a_text_that_only_buildkit_reads_is_said() -> None:
    text = b"FROM busybox:1.37\nRUN <<EOF\ntrue\nEOF\nRUN true\n"
    assert len(dockerfile.parse(text).instructions) == 3
    with pytest.raises(MachineError, match="it cannot read line 5; it does not know all that BuildKit knows"):
        hadolint.remarks(text)


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"cannot be run|exit code"):
        hadolint.remarks(BAD, str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("build", "engine", "missing"),
    [
        (BUILT, ENGINE, None),
        (BUILT, None, None),
        (
            BUILT,
            EngineFacts(version="26.1.5+dfsg1", store="containerd", private=True),
            "26.1.5+dfsg1 has no build checks",
        ),
        (msgspec.structs.replace(BUILT, builder="classic"), ENGINE, "the classic builder has no build checks"),
    ],
)
def test_where_buildkit_has_no_checks_it_is_said(build: Build, engine: EngineFacts | None, missing: str | None) -> None:
    found = remarks(b"FROM busybox:1.37\n", msgspec.structs.replace(build, remarks=(SHELL,)), engine, never)
    said = Remark(source="buildkit", rule="JSONArgsRecommended", text="JSON arguments: recommended", line=2)
    assert found.made == (() if missing else (said,))
    assert [each for each in found.missing if missing and missing in each] == list(found.missing)


@pytest.mark.parametrize(
    "directive",
    [b"# check=skip=all", b"#check = error=true", b"# CHECK=skip=JSONArgsRecommended", b"# escape=`\n# check=skip=all"],
)
def test_a_directive_makes_buildkit_be_asked_without_it(directive: bytes) -> None:
    asked = []

    def ask(text: bytes) -> tuple[Remark, ...]:
        asked.append(text)
        return (Remark(source="buildkit", rule="X", text="x", line=3),)

    found = remarks(directive + b"\nFROM busybox:1.37\n", BUILT, ENGINE, ask)
    assert [each.rule for each in found.made] == ["X"]
    assert b"check=" not in asked[0].lower()
    assert b"check =" not in asked[0].lower()
    assert asked[0].count(b"\n") == directive.count(b"\n") + 2
    assert (b"escape=" in asked[0]) is (b"escape=" in directive)


def test_an_engine_that_does_not_answer_is_said_and_the_others_are_heard() -> None:
    def ask(_: bytes) -> tuple[Remark, ...]:
        raise EngineError("its checks were not over after 15 s")

    found = remarks(b"# check=skip=all\n" + BAD, BUILT, ENGINE, ask)
    assert found.missing == ("BuildKit: its checks were not over after 15 s",)
    assert "DL3006" in [each.rule for each in found.made]


def test_without_hadolint_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert remarks(BAD, BUILT, ENGINE, never) == Remarks(missing=("hadolint: it is not installed",))


def test_too_many_are_counted(program) -> None:
    code = (
        'print(\'[\' + \',\'.join(\'{"code": "DL1", "line": %d, "message": "m"}\' % n for n in range(1, 251)) + \']\')'
    )
    found = remarks(BAD, BUILT, ENGINE, never, program(code))
    assert len(found.made) == MOST
    assert found.missing == ("hadolint: 150 more than the 100 that are kept",)


def test_remarks_never_change_points_and_name_the_check_that_looks_at_the_same() -> None:
    exercise = Exercise(
        name="01-x", folder="", title="X", lesson="l", practice="p", minutes=1, bases=("busybox:1.37",),
        checks=(ExerciseCheck(name="builds", points=2),),
    )  # fmt: skip
    seen = Observation(exercise="01-x", submission="s", build=BUILT, image=Image(id="1"))
    made = (
        Remark(source="hadolint", rule="DL3025", text="t", line=3),
        Remark(source="buildkit", rule="JSONArgsRecommended", text="t", line=3),
        Remark(source="hadolint", rule="DL9999", text="t"),
    )
    with_remarks = msgspec.structs.replace(seen, remarks=Remarks(made=made, missing=("hadolint: none",)))
    plain, report = judge(exercise, seen), judge(exercise, with_remarks)
    assert [each.check for each in report.remarks] == ["entrypoint_in_exec_form", "entrypoint_in_exec_form", ""]
    assert msgspec.structs.replace(report, remarks=(), remarks_missing=()) == plain


def test_a_large_text_is_given_up_in_time() -> None:
    text = b"FROM debian\n" + b"RUN apt-get install -y foo && cd /x && echo $y\n" * 5_000
    with pytest.raises(MachineError, match=r"it took more than 2 s|it printed more"):
        hadolint.remarks(text, seconds=2.0)
