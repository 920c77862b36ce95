"""cache_survives_source_edit: however the installation is written, and only when it is one."""

import msgspec
import pytest
from observing import complete, judged, observation

from grader.checks._commands import runs
from grader.dockerfile import parse
from grader.model import (
    Build,
    BuildFailure,
    Files,
    FilesSeen,
    MissCause,
    Rebuild,
    RebuildSeen,
    SourceEdited,
    SourceEditedSeen,
    Step,
    Verdict,
)
from grader.model.image import File

BASE = "FROM python:3.13-slim\n"


def instruction(text: str):
    return parse(f"{BASE}{text}\n".encode()).instructions[1]


@pytest.mark.parametrize(
    "text",
    [
        "RUN pip install x",
        "RUN pip3 install x",
        "RUN pip3.13 install x",
        "RUN python -m pip install x",
        "RUN python3 -m pip --disable-pip-version-check install x",
        "RUN /opt/venv/bin/pip install x",
        "RUN uv pip install x",
        "RUN pip --no-cache-dir --cache-dir /tmp/c install x",
        "RUN pip \\\n    install \\\n    x",
        "RUN --mount=type=cache,target=/root/.cache/pip pip install x",
        'RUN ["pip", "install", "x"]',
        'RUN ["python", "-m", "pip", "install", "x"]',
        "RUN apt-get update && pip install x",
        "RUN apt-get update;pip install x",
        "RUN (pip install x)",
        "RUN PIP_NO_INDEX=1 pip install x",
        "RUN <<EOF\nset -e\npip install x\nEOF",
        "RUN <<EOF\npip \\\n  install x\nEOF",
        "RUN <<EOF bash\npython3 -m pip install x\nEOF",
        "RUN pip --python /opt/venv/bin/python install x",
        "run pip install x",
    ],
)
def test_it_is_an_installation(text: str) -> None:
    assert runs(instruction(text), "pip install")


@pytest.mark.parametrize(
    "text",
    [
        "RUN pip uninstall x",
        "RUN pip freeze && apt-get install x",
        "RUN pipenv install",
        "RUN pipx install x",
        "RUN mypip install x",
        "RUN pip-compile install",
        "RUN pip install-x",
        "RUN pip list; npm install",
        "RUN echo pip install x",
        "RUN <<EOF\n# pip install x\ntrue\nEOF",
        "RUN true # pip install x",
        "COPY pip install /x/",
        "CMD pip install x",
        "ENTRYPOINT pip install x && python app.py",
        "ENV STEP='pip install x'",
        "RUN pip download x",
    ],
)
def test_it_is_no_installation(text: str) -> None:
    assert not runs(instruction(text), "pip install")


def verdict(text: str, again: str, *, leaves: str = "", prints: str = "", there: bool = True) -> Verdict:
    """Judge the Dockerfile `text`; `again` names the lines that ran again; a step's stage is the number of FROMs."""
    steps = []
    stage = -1
    for one in parse(text.encode()).instructions:
        if one.name == "FROM":
            stage += 1
        elif one.name in ("RUN", "COPY", "ADD"):
            ran = str(one.start) in again.split()
            output = "Successfully installed tidewater-1.0.0" if "install.sh" in one.text and one.name == "RUN" else ""
            steps.append(
                Step(
                    command=one.text,
                    stage=str(stage),
                    line=one.start,
                    cached=not ran,
                    took=2.1,
                    output=output if ran else "",
                )
            )
    second = Build(builder="buildkit", image="sha256:2", steps=tuple(steps))
    probed = {Rebuild(edit="app.py"): RebuildSeen(build=second, first_miss=second.ran[0] if second.ran else None)}
    if leaves:
        files = (File(path="/libraries/tidewater/__init__.py", kind="file"),) if there else ()
        probed[Files(paths=(leaves,))] = FilesSeen(files=files)
    first = Build(builder="buildkit", image="sha256:1", steps=tuple(steps))
    seen = observation(text, build=first, probed=probed)
    return judged("cache_survives_source_edit", seen, edit="app.py", step="pip install", leaves=leaves, prints=prints)


INSTALL = "RUN pip install -r requirements.txt\n"


@pytest.mark.parametrize(
    ("text", "again"),
    [
        (f"{BASE}COPY requirements.txt .\n{INSTALL}COPY . .", "4"),
        (f"{BASE}COPY requirements.txt .\n{INSTALL}COPY app.py .\nRUN python -m compileall .", "4 5"),
        (f"{BASE}RUN --mount=type=bind,source=r.txt,target=/r.txt pip install -r /r.txt\nCOPY . .", "3"),
        (f"{BASE}COPY r.txt .\nRUN <<EOF\npip install -r r.txt\nEOF\nCOPY . .", "6"),
        (f"FROM a:1 AS src\nCOPY . .\nFROM a:1\n{INSTALL}COPY --from=src / /", "2 5"),
        (f"FROM a:1 AS lib\nCOPY r.txt .\n{INSTALL}FROM a:1\nCOPY --from=lib /l /l\nCOPY . .", "6"),
        (f"{BASE}COPY r.txt .\n{INSTALL}", ""),
    ],
)
def test_survives(text: str, again: str) -> None:
    assert verdict(text, again).status == "passed"


@pytest.mark.parametrize(
    ("text", "again", "line"),
    [
        (f"{BASE}COPY . .\n{INSTALL}", "2 3", 2),
        (f"{BASE}COPY requirements.txt .\nCOPY app.py .\n{INSTALL}", "3 4", 3),
        (f"{BASE}ADD . .\n{INSTALL}", "2 3", 2),
        (f"{BASE}COPY . .\nRUN <<EOF\npython -m pip install -r r.txt\nEOF", "2 3", 2),
        (f"{BASE}RUN --mount=type=bind,target=/m pip install -r /m/r.txt\nCOPY . .", "2 3", 2),
        (f"FROM a:1 AS src\nCOPY . .\nFROM a:1 AS lib\nCOPY . .\n{INSTALL}FROM a:1\nCOPY --from=lib / /", "2 4 5 7", 4),
        (f"FROM a:1 AS src\nCOPY . /s\nFROM a:1\nCOPY --from=src /s /s\n{INSTALL}", "2 4 5", 4),
        (f"{BASE}COPY app.py .\nRUN sha256sum app.py > v\nCOPY r.txt .\n{INSTALL}", "2 3 4 5", 2),
    ],
)
def test_does_not_survive(text: str, again: str, line: int) -> None:
    found = verdict(text, again)
    assert (found.status, found.line) == ("failed", line)
    assert "ran again (2.1 s)" in found.seen
    assert complete(found)


@pytest.mark.parametrize(
    "text",
    [
        f"{BASE}COPY . .\nCMD pip install -r requirements.txt && python app.py",
        f"{BASE}COPY . .\nRUN echo pip install",
        f"{BASE}COPY . .",
        f"{BASE}COPY . .\nRUN pip download -r requirements.txt",
        f"{BASE}# RUN pip install x\nCOPY . .",
    ],
)
def test_an_image_that_installs_nothing_fails(text: str) -> None:
    found = verdict(text, "2", leaves="*/tidewater/__init__.py", prints="Successfully installed", there=False)
    assert (found.status, found.line) == ("failed", None)
    assert "has installed anything" in found.seen
    assert complete(found)


@pytest.mark.parametrize(("again", "status"), [("5", "passed"), ("2 3 4", "failed"), ("", "passed")])
def test_an_installation_hidden_in_a_script_is_known_by_what_it_prints_and_leaves(again: str, status: str) -> None:
    text = f"{BASE}COPY . .\nCOPY install.sh .\nRUN sh install.sh\nCOPY . .\n"
    found = verdict(text, again, leaves="*/tidewater/__init__.py", prints="Successfully installed")
    assert found.status == status


@pytest.mark.parametrize(
    ("text", "again", "status"),
    [
        (f"{BASE}COPY . .\nRUN sh setup.sh\n", "2 3", "failed"),
        (f"{BASE}COPY setup.sh .\nRUN sh setup.sh\nCOPY . .\n", "4", "passed"),
        (f"{BASE}COPY setup.sh .\nRUN sh setup.sh\nCOPY . .\nRUN python -m compileall .\n", "4 5", "passed"),
        (f"{BASE}COPY . .\nADD libraries.tar /\n", "2 3", "passed"),
    ],
)
def test_a_script_that_says_nothing_is_taken_for_the_installation_when_there_is_no_other(
    text: str, again: str, status: str
) -> None:
    assert verdict(text, again, leaves="*/tidewater/__init__.py", prints="Successfully installed").status == status


@pytest.mark.parametrize(
    ("causes", "says"),
    [
        (
            (MissCause(kind="contents", path="app.py"),),
            "to app.py: line 2 takes app.py, which has other contents",
        ),
        ((MissCause(kind="mode", path="a", mode=0o600, mode_before=0o644),), "takes a, which has mode 600, before 644"),
        (
            (MissCause(kind="added", path="a"), MissCause(kind="gone", path="b")),
            "a, which is new, and took b, which",
        ),
        ((MissCause(kind="text", line=1, text="FROM b"),), "line 2 comes with line 1, which reads another way"),
        ((), "had been added to app.py"),
    ],
)
def test_why_the_first_step_ran_is_said(causes: tuple[MissCause, ...], says: str) -> None:
    text = f"{BASE}COPY . .\n{INSTALL}"
    copy, install = Step(command="COPY . .", line=2), Step(command="RUN pip install", line=3, took=2.0)
    build = Build(builder="buildkit", image="sha256:2", steps=(copy, install))
    again = RebuildSeen(build=build, first_miss=copy, causes=causes)
    edited = SourceEditedSeen(edit="app.py", build=build, first_miss=copy, causes=causes)
    seen = observation(text, probed={Rebuild(edit="app.py"): again, SourceEdited(): edited})
    found = judged("cache_survives_source_edit", seen, edit="app.py", step="pip install")
    assert says in found.seen
    assert judged("dependencies_stay_cached", seen).seen == found.seen
    elsewhere = msgspec.structs.replace(again, first_miss=install)
    seen = observation(text, probed={Rebuild(edit="app.py"): elsewhere})
    assert "takes" not in judged("cache_survives_source_edit", seen, edit="app.py", step="pip install").seen


def test_a_second_build_that_fails_is_said() -> None:
    broken = Build(builder="buildkit", failure=BuildFailure(cause="step", message="line 3 failed", line=3))
    seen = observation(f"{BASE}COPY . .\n{INSTALL}", probed={Rebuild(edit="app.py"): RebuildSeen(build=broken)})
    found = judged("cache_survives_source_edit", seen, edit="app.py", step="pip install")
    assert (found.status, found.line) == ("failed", 3)
    assert complete(found)


def test_a_step_that_only_seems_to_install_leaves_nothing() -> None:
    text = "FROM x\nRUN pip install --dry-run -r requirements.txt\nCOPY app.py .\n"
    found = verdict(text, "3", leaves="*/tidewater/__init__.py", prints="Successfully installed", there=False)
    assert found.status == "failed"
    assert "has installed anything" in found.seen
