"""What is told apart among submissions that are no Dockerfile: the file that counts, and what belongs to it."""

from pathlib import Path

from grader import exercise
from grader.batch.look import look

PUSH = Path(exercise.exercises_folder()) / "03-push-digest"


def test_the_same_answers_about_another_manifest_are_another_submission(tmp_path: Path) -> None:
    looked = []
    for number, manifest in enumerate(("{}", "[]", "{}", None)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "answers.toml").write_text("pull = 'x'")
        (folder / "notes.txt").write_text(str(number))
        if manifest is not None:
            (folder / "manifest.json").write_text(manifest)
        looked.append(look(str(PUSH), str(folder)))
    assert looked[0] == looked[2]
    assert len({str(one) for one in looked}) == 3
