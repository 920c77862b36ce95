"""The pictures of docs/images: each widget in JupyterLab, after real builds, on a light and on a dark page.

python -m tests.browser.pictures FOLDER    make them anew; an engine and Chromium are needed, half a minute
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator

from tests.browser.lab import Watched
from tests.browser.walking import opened

NAME = "pictures"
BEGIN = """\
from pathlib import Path
from labkit import *
%load_ext labkit
Path("app").mkdir(exist_ok=True)
from time import time_ns
Path("app/app.py").write_text(f"print('hello at {time_ns()}')\\n")
Path("app/Dockerfile").write_text('''FROM busybox:1.37
COPY . /app
RUN sleep 1; seq 200000 > /app/data
RUN rm /app/data; echo ready
CMD ["cat", "/app/app.py"]
''')
Path("app/Later.dockerfile").write_text('''FROM busybox:1.37
RUN sleep 1; seq 9 > /data
COPY . /app
CMD ["cat", "/app/app.py"]
''')"""
AGAIN = """\
later = build("app", dockerfile="app/Later.dockerfile", tag="pictures:late", show=False)
Path("app/app.py").write_text(f"print('hello again at {time_ns()}')\\n")
second = build("app", tag="pictures:again", show=False)
second_late = build("app", dockerfile="app/Later.dockerfile", tag="pictures:late-again", show=False)
third = build("app", tag="pictures:again", show=False)
cache_timeline({"first": first, "after an edit": second, "nothing changed": third})"""
COMPARE = """\
compare({"copied first": first, "copied last": later},
        after_edit={"copied first": second, "copied last": second_late}, show=["image", "layers", "edit"])"""
FAILS = 'failed = build(dockerfile="FROM busybox:1.37\\nRUN echo so far so good\\nRUN no-such-command\\n").wait()'
ASK = """\
guess = predict("app.py is edited. Which steps run again?",
                ["none", "COPY and all that follows", "only COPY"])"""
# What stands in a cell, and the picture of what is below it; nothing: no picture.
CELLS = (
    ("", BEGIN),
    ("build", 'first = build("app", tag="pictures:first", no_cache=True).wait()'),
    ("build-failed", FAILS),
    ("prediction", ASK),
    ("timeline", AGAIN),
    ("comparison", COMPARE),
    ("history", 'history("pictures:first")'),
    ("layers", 'layers("pictures:first")'),
    ("exercise", "%exercise 00-hello"),
    ("course-map", "len(second.ran)"),
    ("", "!docker image rm --force pictures:first pictures:again pictures:late pictures:late-again"),
)
WIDGETS = {"build": ".dd-build", "build-failed": ".dd-build", "prediction": ".dd-question", "layers": ".dd-layers"}


def notebook(folder: Path) -> None:
    """Write the notebook of CELLS into `folder`."""
    cells = [new_code_cell(source, id=f"cell-{at}") for at, (_, source) in enumerate(CELLS)]
    # JupyterLab asks which kernel a notebook wants that does not say so.
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / f"{NAME}.ipynb")


def use(lesson: Watched) -> None:
    """Do what a learner does: predict, look into a layer, check, take a hint, write what is refused."""
    lesson.show("guess = predict(")
    lesson.page.get_by_label("COPY and all that follows").check()
    lesson.write("!docker image rm", 'guess.was("COPY and all that follows" if len(second.ran) == 3 else "none")')
    lesson.show('layers("pictures:first")')
    lesson.page.locator(".dd-layers").get_by_label("3 ·").check()
    lesson.show("%exercise", foot=True)
    exercise = lesson.cell("%exercise")
    exercise.locator(".dd-panel").get_by_role("button", name="Check").click()
    exercise.locator('.dd-panel[data-status="failed"][aria-busy="false"]').wait_for()
    exercise.locator(".dd-panel").get_by_role("button", name="Hint").click()
    exercise.locator(".dd-hints li").first.wait_for()
    exercise.locator(".dd-editor").get_by_role("textbox").focus()
    lesson.page.keyboard.press("Control+End")
    lesson.page.keyboard.type("CPOY a b")
    exercise.locator(".dd-found", has_text="Did you mean COPY?").wait_for()
    lesson.page.evaluate("document.activeElement.blur()")
    lesson.write("len(second.ran)", "course_map()")


def parts(lesson: Watched) -> dict[str, Locator]:
    """What is pictured, by the picture's name."""
    found = {}
    for at, (name, _) in enumerate(CELLS):
        if name and name != "exercise":
            cell = lesson.page.locator(".jp-Notebook .jp-CodeCell").nth(at)
            found[name] = cell.locator(WIDGETS.get(name, ".jp-RenderedHTMLCommon")).first
    exercise = lesson.cell("%exercise")
    return found | {"editor": exercise.locator(".dd-editor"), "exercise": exercise.locator(".dd-panel")}


def main(arguments: list[str]) -> int:
    """Make the pictures in the folder that is named."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        notebook(Path(work))
        # The editor shows the name of the learner's folder.
        with opened(NAME, Path(work, "my-work"), Path(work)) as lesson:
            lesson.run_all(seconds=300)
            assert lesson.failed_cells() == []
            use(lesson)
            for theme in ("Dark", "Light"):
                lesson.command(f"Theme: JupyterLab {theme}")
                light = str(theme == "Light").lower()
                lesson.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
                lesson.page.wait_for_timeout(500)
                for name, shown in parts(lesson).items():
                    shown.scroll_into_view_if_needed()
                    shown.screenshot(path=folder / f"{name}-{theme.lower()}.png", animations="disabled")
            assert (lesson.foreign, lesson.errors) == ([], [])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
