"""Write docs/checks.md from the checks and the exercises; a test holds the two equal."""

from pathlib import Path

from grader import exercise
from grader.course.pages import as_markdown, pages

FILE = Path(__file__).resolve().parent.parent / "docs" / "checks.md"


def text() -> str:
    """What the file is to hold."""
    root = exercise.exercises_folder()
    return as_markdown(pages(exercise.load(root / name) for name in exercise.names(root)))


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
