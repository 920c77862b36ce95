"""What the notebook's own functions do without an engine."""

import subprocess
import sys

import pytest

from grader.model import CheckResult, Report
from grader.progress import answers, note, note_answer, read
from labkit import exercises
from labkit.containers import Health, Look, Stopped
from labkit.done import show_exercises, show_progress
from labkit.errors import CellError
from labkit.images import History, HistoryLine
from labkit.magics import LabMagics, bases_of, findings
from labkit.needs import first_mention, first_run, parameters
from labkit.places import course
from labkit.plain import plain_command
from labkit.quiz import predict, quiz
from labkit.session import the_session
from labkit.settings import Changes, shown
from labkit.sizes import seconds, size
from labkit.tables import table
from labkit.words import words


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path / "work"))
    return tmp_path / "work"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(None, "–"), (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (11_982_256, "12.0 MB"), (77_500_000, "77.5 MB"),
     (250_000_000, "250 MB"), (1_230_000_000, "1.23 GB")],
)  # fmt: skip
def test_sizes(count, shown):
    assert size(count) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.034, "0.03 s"), (1.24, "1.2 s"), (75.2, "75 s"), (0.999, "1.0 s")])
def test_seconds(value, shown):
    assert seconds(value) == shown


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        ({}, "docker build iam"),
        ({"tag": "lab02/iam:1"}, "docker build -t lab02/iam:1 iam"),
        ({"dockerfile": "a b"}, "docker build -f 'a b' iam"),
        ({"dockerfile": "FROM x\n"}, "docker build -f - iam"),
        ({"builder": "classic"}, "DOCKER_BUILDKIT=0 docker build iam"),
        ({"build_args": {"A": "1 2"}, "no_cache": True}, "docker build --no-cache --build-arg 'A=1 2' iam"),
        ({"network": "none", "target": "t"}, "docker build --target t --network none iam"),
    ],
)
def test_the_plain_command(asked, command):
    defaults = {"tag": "", "dockerfile": None, "builder": "buildkit", "no_cache": False, "build_args": None}
    assert plain_command("iam", **{**defaults, "target": "", "network": "default", **asked}) == command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FROM busybox:1.37\nRUN true\n", ["✓ It reads well: 2 instructions, 1 stage."]),
        ("FROM busybox:1.37\nCPOY a b\n", ["CPOY", "    2 │ CPOY a b", "COPY"]),
        ("", ["Dockerfile"]),
    ],
)
def test_findings_have_the_line(text, said):
    found = findings(text)
    assert all(any(word in line for line in found) for word in said)


def test_a_cell_says_which_cell_to_run_first():
    hint = first_run("02-dockerfile-build", "in_a_row")
    assert "in_a_row = build(" in hint
    assert "BuildKit: a graph" in hint
    assert first_run("02-dockerfile-build", "nothing of the lesson") == ""
    assert "first cell" in first_run("", "first")
    assert parameters("def release(number, *, tag):\n    print(f'{number}')\n!ls") == {"number", "tag"}
    assert parameters("%%dockerfile x\nFROM busybox") == set()


def test_a_cell_says_where_a_container_or_an_image_comes_from():
    assert "docker run --detach --name lab01-box" not in first_mention("01-commit", "lab01-nothing", "")
    assert "in 'Three steps" in first_mention("01-commit", "lab01-box", "").replace("1 · ", "")
    assert "lab01/box" not in first_mention("01-commit", "lab01/bo", "")


def test_a_lesson_names_its_base_images():
    source = (course() / "lessons" / "02-dockerfile-build.md").read_text("utf-8")
    distroless = "gcr.io/distroless/static-debian13:nonroot"
    assert bases_of(source) == ("busybox:1.37", "debian:trixie-slim", distroless)


def test_the_learners_folder_is_filled_once_and_reset_keeps_what_was_there():
    exercise = exercises.find("02-first-dockerfile")
    folder = exercises.folder_of(exercise)
    assert (folder / "iam-apiserver").stat().st_mode & 0o111
    (folder / "Dockerfile").write_text("FROM mine\n")
    assert exercises.folder_of(exercise) == folder
    assert (folder / "Dockerfile").read_text() == "FROM mine\n"
    (kept,) = exercises.reset(exercise)
    assert (folder / kept).read_text() == "FROM mine\n"
    assert (folder / "Dockerfile").read_text() != "FROM mine\n"


def test_the_program_is_given_without_a_dockerfile(tmp_path):
    exercises.fill_folder(str(tmp_path / "iam"), "02-first-dockerfile")
    assert [path.name for path in (tmp_path / "iam").iterdir()] == ["iam-apiserver"]


def test_progress_is_the_command_lines(work):
    work.mkdir()
    check = CheckResult(name="builds", status="passed", points=2, max_points=2)
    assert "none yet" in repr(show_progress())
    note(work, Report(exercise="02-x", status="passed", score=2, max_score=2, checks=(check,)))
    assert "2 of 2" in repr(show_progress())


def test_the_exercises_of_a_lesson_are_listed_with_what_was_reached(work):
    work.mkdir()
    check = CheckResult(name="builds", status="passed", points=2, max_points=2)
    note(work, Report(exercise="05-cache", status="passed", score=2, max_score=2, checks=(check,)))
    listed = repr(show_exercises("05-best-practices"))
    assert "05-cache" in listed
    assert "2 of " in listed
    assert "02-first-dockerfile" not in listed


def test_a_question_knows_its_options():
    with pytest.raises(CellError, match="none of its options"):
        predict("Which?", ["a", "b"]).was("c")
    with pytest.raises(CellError, match="none of the options"):
        quiz("Which?", {"a": "yes"}, right="b")


def test_what_was_predicted_is_shown_beside_what_the_run_showed():
    question = predict("Which?", ["a", "b"])
    question._widget.chosen = 1
    assert question.was("a").said == "b"
    assert question._widget.said == {"kind": "wrong", "text": "The run shows: a."}


def test_a_prediction_stays_as_it_was_before_the_run(work, monkeypatch):
    monkeypatch.setattr(the_session(), "lesson", "02-dockerfile-build")
    question = predict("Which?", ["a", "b"])
    question._widget.chosen = 0
    question._widget.chosen = 1
    question.was("a")
    assert question._widget.locked
    question._widget.chosen = 0
    assert question._widget.chosen == 1
    assert question.was("a").said == "b"
    assert answers(work, "02-dockerfile-build") == {"Which?": "b"}


def test_without_a_prediction_the_run_is_told_and_nothing_counts(work, monkeypatch):
    monkeypatch.setattr(the_session(), "lesson", "02-dockerfile-build")
    question = predict("Which?", ["a", "b"])
    told = question.was("a")
    assert told.said == question._widget.said["kind"] == ""
    assert "guess first" in repr(told)
    assert "The run shows: a. You chose no answer" in question._widget.said["text"]
    question._widget.chosen = 0
    assert question._widget.chosen is None
    assert answers(work, "02-dockerfile-build") == {}


def test_answers_are_kept_in_the_progress_file_and_are_there_tomorrow(work, monkeypatch):
    monkeypatch.setattr(the_session(), "lesson", "02-dockerfile-build")
    predict("Which?", ["a", "b"])._widget.chosen = 1
    assert answers(work, "02-dockerfile-build") == {"Which?": "b"}
    again = predict("Which?", ["b", "a"])
    assert again._widget.chosen == 0
    assert again.was("b").said == "b"
    assert predict("Which?", ["c", "d"])._widget.chosen is None
    check = CheckResult(name="builds", status="passed", points=2, max_points=2)
    note(work, Report(exercise="02-x", status="passed", score=2, max_score=2, checks=(check,)))
    assert answers(work, "02-dockerfile-build") == {"Which?": "b"}
    assert note_answer(work, "03-save-export", "Where?", "there")
    assert read(work)["02-x"].score == 2


def test_what_is_asked_outside_a_lesson_is_not_kept(work):
    predict("Which?", ["a", "b"])._widget.chosen = 1
    assert not (work / "progress.json").exists()


def test_a_history_has_its_bars_and_is_inert():
    shown = History("a:1", (HistoryLine(command="RUN <b>", bytes=2000), HistoryLine(command="", bytes=1000)))
    assert [line.count("█") for line in repr(shown).splitlines()[-2:]] == [20, 10]
    assert "docker image history a:1" in shown._repr_html_()
    assert "<b>" not in shown._repr_html_()
    assert "(the base image)" in shown._repr_html_()


def test_a_table_escapes_what_is_in_it():
    shown = table(("a", "b"), [("<i>", 1)])
    assert "<i>" not in shown._repr_html_()
    assert "<i>" in repr(shown)


def test_an_empty_heading_is_none():
    page = table(("", "then"), [("first", 1)])._repr_html_()
    assert "<tr><td></td><th scope" in page


def test_a_language_that_is_not_there_is_english():
    assert words("xx") == words("en")


def test_importing_does_nothing():
    code = "import sys, labkit; print('docker' in sys.modules, 'anywidget' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=course(), capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["sh", "-c", "echo $A"], "sh -c 'echo $A'"),
        ({"/data": {}}, "/data"),
        ({"a": "1", "b": ""}, "a=1, b"),
        ({"Test": ["CMD-SHELL", "true"], "Retries": 2}, "Test=CMD-SHELL true, Retries=2"),
        ("nobody", "nobody"),
    ],
)
def test_a_setting_is_shown_on_one_line(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    ("layers", "count", "words"), [(0, 0, "–"), (1, 6, "1 layer, 6 B"), (2, 2000, "2 layers, 2.0 kB")]
)
def test_changes_say_what_was_added(layers, count, words):
    change = Changes(image="b", since="a", settings={"User": "nobody"}, layers=layers, bytes=count)
    assert change.files == words
    assert change.summary == "User: nobody"
    assert all(word in repr(change) for word in ("a → b", "User", "nobody"))


def test_a_watched_health_is_a_table_of_its_checks():
    seen = Health([Look(seconds=0.5, exit_code=1, failing=2, health="unhealthy")], "unhealthy")
    assert "unhealthy" in repr(seen)
    assert "<td" in seen._repr_html_()


def test_a_stopped_container_says_how_it_ended():
    assert repr(Stopped(seconds=0.2, exit_code=137, printed="up\n")) == "up\n(stopped after 0.20 s, exit code 137)"


def test_a_cell_of_the_lesson_does_not_overwrite_what_was_written(work, monkeypatch, capsys):
    monkeypatch.setattr(the_session(), "lesson", "02-dockerfile-build")
    magics = LabMagics(shell=None)
    given = "# Write your Dockerfile here.\nFROM debian:trixie-slim\n"
    magics.dockerfile("02-first-dockerfile", given)
    file = work / "02-first-dockerfile" / "Dockerfile"
    assert file.read_text() == given
    file.write_text("FROM mine:1\n")
    magics.dockerfile("02-first-dockerfile", given)
    assert "has your changes" in capsys.readouterr().out
    assert file.read_text() == "FROM mine:1\n"
    magics.dockerfile("02-first-dockerfile", given + "# and more\n")
    assert file.read_text() == given + "# and more\n"
    magics.dockerfile("02-first-dockerfile", given + "# and still more\n")
    kept = [file.with_name(f"Dockerfile.before-{number}").read_text() for number in (1, 2)]
    assert kept == ["FROM mine:1\n", given + "# and more\n"]
