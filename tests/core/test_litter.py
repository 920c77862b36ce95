"""What is left behind is found by our own labels and names; what is not ours, or still somebody's, is never touched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE

import pytest

from grader.engine.boxed.image import REPOSITORY
from grader.engine.boxed.stock import PREFIX
from grader.engine.places import Places
from grader.engine.runs import PATIENT, is_over, new_run
from grader.litter import NAMED, OURS, Litter, in_engine, on_machine, remove
from tests.conftest import BUSYBOX, Engines

ROOT = Path(__file__).parents[2]
GRADES = "import sys; from grader.engine.runs import new_run; print(new_run(), flush=True); sys.stdin.read()"


def test_a_run_of_ours_is_not_over_and_one_of_a_process_that_ended_is() -> None:
    own = new_run()
    assert not is_over(own, 0)
    ended = subprocess.run(
        [sys.executable, "-c", "from grader.engine.runs import new_run; print(new_run())"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert is_over(ended.stdout.strip(), 0)
    assert own != new_run()


@pytest.mark.parametrize("run", ["", "5f2c7bd0a1b24d5c9a3e", "0123456789abcdef-1-1-1", "x-y-z"])
def test_a_run_of_which_nothing_is_known_is_over_after_an_hour(run: str) -> None:
    assert [is_over(run, 1000.0, now=1000.0 + age) for age in (0, PATIENT - 1, PATIENT + 1)] == [False, False, True]


def test_of_another_machine_nothing_is_known_though_its_first_namespace_has_our_number() -> None:
    own = new_run()
    number = Path("/proc/self/ns/pid").stat().st_ino
    assert not is_over(own.rpartition("-")[0].rpartition("-")[0] + f"-1-{number}", time.time())


def made(folder: Path, name: str, age: float) -> Path:
    (folder / name / "inside").mkdir(parents=True)
    os.utime(folder / name, (1_000_000 - age, 1_000_000 - age))
    return folder / name


def test_folders_of_ours_that_nobody_uses(tmp_path: Path) -> None:
    places = Places(data=str(tmp_path / "data"), run=str(tmp_path / "run"))
    for kind in ("submission", "build", "checks", "bake", "hadolint", "made", "course"):
        made(tmp_path, f"drydock-{kind}-a1b2c3d_", PATIENT + 9)
    kept = [
        made(tmp_path, "drydock-build-a1b2c3d4", PATIENT - 9),
        made(tmp_path, "drydock-0ff5f85d", PATIENT * 9),
        made(tmp_path, "drydock-mine", PATIENT * 9),
        made(tmp_path, "drydock-build-a1b2c3d4.old", PATIENT * 9),
        made(tmp_path, "data", PATIENT * 9),
        made(tmp_path / "data" / "variants", "0123abcd", PATIENT * 9),
        made(tmp_path / "data" / "variants", ".making-e5f6a7b8", PATIENT - 9),
    ]
    begun = made(tmp_path / "data" / "variants", ".making-a1b2c3d4", PATIENT + 9)
    (tmp_path / "drydock-made-linked12").symlink_to(kept[2])
    (tmp_path / "drydock-made-a1b2c3d4").write_text("a file")
    found = list(on_machine(places, above=tmp_path, now=1_000_000))
    assert {one.kind for one in found} == {"folder"}
    assert len(found) == 8
    assert remove(found, None, places, print) == []
    assert all(path.exists() for path in kept)
    assert not list(tmp_path.glob("drydock-*-a1b2c3d_"))
    assert not begun.exists()
    assert list(on_machine(places, above=tmp_path, now=1_000_000)) == []


def test_what_cannot_be_removed_is_told(tmp_path: Path) -> None:
    places = Places(data=str(tmp_path), run=str(tmp_path / "run"))
    (tmp_path / "file").write_text("x")
    told: list[str] = []
    one = Litter(kind="folder", name=str(tmp_path / "file"))
    assert remove([one], None, places, told.append) == [one]
    assert told[0].startswith(f"folder {tmp_path}/file: ")


@pytest.mark.engine
def test_in_an_engine_only_what_is_over_and_ours_is_found_and_removed(all_engines: Engines, tmp_path: Path) -> None:
    engine = all_engines.with_bases("graph", BUSYBOX)
    # Whoever grades meanwhile removes what is over, as it should: so this is not, until it is looked for.
    ending = subprocess.Popen([sys.executable, "-c", GRADES], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True)
    assert ending.stdout is not None
    over, alive = ending.stdout.readline().strip(), new_run()
    text = f"FROM {BUSYBOX}\nRUN echo {alive} > /made\n".encode()
    mine = {"drydock.exercise": f"litter-{alive}"}
    images, left = {}, {}
    try:
        for run in (over, alive, ""):
            labels = {**mine, **({"drydock.run": run} if run else {})}
            images[run] = engine.build(tmp_path, dockerfile=text, labels=labels, seconds=60, output_bytes=1000).image
            left[run] = engine.run(images[run], command=["sleep", "1000"], labels=labels).__enter__().name
        ending.communicate()
        found = [one for one in in_engine(engine, lessons=False) if alive in one.of]
        assert [one.kind for one in found] == ["container", "image"]
        assert remove(found, engine, Places(data=str(tmp_path), run=""), print) == []
        assert [one for one in in_engine(engine, lessons=False) if alive in one.of] == []
        names = {name.strip("/") for one in engine.api.containers(all=True) for name in one["Names"]}
        assert (left[over] in names, left[alive] in names, left[""] in names) == (False, True, True)
        here = {one["Id"] for one in engine.api.images(all=True)}
        assert (images[over] in here, images[alive] in here, images[""] in here) == (False, True, True)
    finally:
        ending.communicate()
        engine.remove_labelled(mine)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("/lab01-box", True),
        ("lab02/iam:1", True),
        ("127.0.0.1:5000/lab03/harbour:1", True),
        ("127.0.0.1:5000/lab03/harbour@sha256:12ab", True),
        ("/mylab01-box", False),
        ("/lab01", False),
        ("lab2/iam:1", False),
        ("ghcr.io/somebody/lab02/iam:1", False),
        ("busybox:1.37", False),
        ("<none>@<none>", False),
    ],
)
def test_the_names_of_lessons(name: str, ours: bool) -> None:
    assert bool(NAMED.fullmatch(name)) == ours


@pytest.mark.engine
def test_what_a_killed_lesson_made_is_found_by_its_name_and_a_base_image_stays(
    all_engines: Engines, tmp_path: Path
) -> None:
    # Numbers of no lesson: one that ends meanwhile removes all with its own.
    engine = all_engines.with_bases("graph", BUSYBOX)
    mine = f"litter-{new_run().lower()}"
    text = f"FROM {BUSYBOX}\nRUN echo {mine} > /made\n".encode()
    asked = {"tags": [f"lab97/{mine}:1"], "seconds": 60, "output_bytes": 1000, "builder": "classic"}
    built = engine.build(tmp_path, dockerfile=text, **asked)
    assert built.ok
    names = [f"127.0.0.1:5000/lab99/{mine}:1", f"lab98/{mine}:base"]
    for image, name in zip((built.image, BUSYBOX), names, strict=True):
        engine.api.tag(image, *name.rsplit(":", 1))
    box = engine.api.create_container(BUSYBOX, ["true"], name=f"lab97-{mine}")["Id"]

    def left(*, lessons: bool) -> set[tuple[str, str]]:
        return {(one.kind, one.name) for one in found(lessons=lessons)}

    def found(*, lessons: bool) -> list[Litter]:
        every = in_engine(engine, lessons=lessons)
        return [one for one in every if mine in one.name or one.name in (box, built.image)]

    wanted = {("container", box), *(("image", name) for name in (f"lab97/{mine}:1", *names))}
    assert left(lessons=False) == set()
    assert left(lessons=True) == wanted
    assert remove(found(lessons=True), engine, Places(data=str(tmp_path), run=""), print) == []
    assert left(lessons=True) == set()
    assert built.image not in {one["Id"] for one in engine.api.images(all=True)}
    assert engine.inspect(BUSYBOX)["Id"]


@pytest.mark.engine
def test_what_the_tier_default_keeps_goes_when_that_is_asked_for(all_engines: Engines, tmp_path: Path) -> None:
    engine = all_engines.with_bases("graph", BUSYBOX)
    name, image = f"{PREFIX}litter{os.getpid()}", f"{REPOSITORY}:litter{os.getpid()}"
    engine.api.create_volume(name)
    engine.api.tag(BUSYBOX, *image.split(":"))

    def mine(*, lessons: bool = False, stock: bool = False) -> list[Litter]:
        return [one for one in in_engine(engine, lessons=lessons, stock=stock) if one.name in (name, image)]

    assert mine(lessons=True) == []
    assert [one.kind for one in mine(stock=True)] == ["volume", "image"]
    assert remove(mine(stock=True), engine, Places(data=str(tmp_path), run=""), print) == []
    assert mine(stock=True) == []
    assert engine.inspect(BUSYBOX)["Id"]


def test_every_temporary_folder_of_ours_is_known() -> None:
    root = Path(__file__).resolve().parents[2]
    texts = [path.read_text("utf-8") for folder in ("grader", "scripts") for path in (root / folder).rglob("*.py")]
    prefixes = {found for text in texts for found in re.findall(r'prefix="(drydock-[^"]*)"', text)}
    assert len(prefixes) > 5
    assert {prefix for prefix in prefixes if not OURS.fullmatch(f"{prefix}a1b2c3_d")} == set()
