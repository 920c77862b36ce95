"""The checks of what the layers of an image store, hide and store again."""

import pytest
from msgspec.structs import replace
from observing import complete, judged, observation

from grader.checks._layers import amount
from grader.checks.nothing_needless_left import KEPT
from grader.model import Files, FilesSeen, Image, Observation, Probed
from grader.model.image import Change, File, FileKind, Layer, Waste

MB = 1_000_000
LINES = (None, 2, 3, 4)


def layers(
    *changes: tuple[int, Change], waste: tuple[Waste, ...] = (), base_layers: int = 1, sizes: int = 5 * MB
) -> Observation:
    """An image of a base layer and of the layers of lines 2, 3 and 4, with these changes by number of the layer."""
    made = tuple(
        Layer(diff_id=str(n), line=line, size=sizes, changes=tuple(change for at, change in changes if at == n))
        for n, line in enumerate(LINES)
    )
    seen = observation("FROM busybox:1.37\nCOPY a /\nRUN b\nRUN c\n")
    image = Image(id="1", layers=made, wasted=waste, wasted_total=len(waste), wasted_bytes=sum(w.bytes for w in waste))
    return replace(seen, image=image, base_layers=base_layers)


def change(kind: str, size: int = 4 * MB, path: str = "/chart", mode: int = 0o755) -> Change:
    return Change(
        path=path, kind=kind, size=size, mode_before=0o644, mode=mode, owner_before=(0, 0),
        owner=(1000, 1000) if kind == "owner" else (0, 0),
    )  # fmt: skip


def waste(added_in: int, hidden_in: int, size: int = 4 * MB, path: str = "/chart") -> Waste:
    return Waste(path=path, bytes=size, added_in=added_in, hidden_in=hidden_in)


@pytest.mark.parametrize("kind", ["mode", "owner", "attributes"])
def test_a_file_stored_again_for_its_permissions(kind: str) -> None:
    seen = layers((1, change("added")), (3, change(kind)), waste=(waste(1, 3),))
    verdict = judged("no_permission_change_in_a_later_step", seen)
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert "4 MB stored again" in verdict.seen
    assert "stored by line 2 and again by line 4" in verdict.seen
    assert complete(verdict)
    assert judged("no_wasted_bytes", seen, permissions=False).status == "passed"
    assert judged("no_wasted_bytes", seen).line == 4


def test_the_line_is_of_the_largest_file_and_three_are_told() -> None:
    few = [(3, change("mode", path=f"/{n}", size=n)) for n in (1, 2, 3)]
    verdict = judged("no_permission_change_in_a_later_step", layers(*few, (2, change("owner"))))
    assert verdict.line == 3
    assert verdict.seen.splitlines()[1].startswith("/chart: 4 MB, stored by an earlier step and again by line 3")
    assert "owner 0:0, then 1000:1000" in verdict.seen
    assert "mode 0644, then 0755" in verdict.seen
    assert verdict.seen.endswith("… and 1 more")


@pytest.mark.parametrize(
    "seen",
    [
        layers(),
        layers((1, change("added")), (2, change("contents")), waste=(waste(1, 2),)),
        layers((2, change("time")), waste=(waste(1, 2),)),
        layers((2, change("mode", size=0, path="/opt"))),
        layers((0, change("mode"))),
        layers((1, change("mode")), base_layers=4),
        layers((2, change("mode", mode=0o444)), waste=(waste(0, 2),)),
    ],
    ids=["nothing", "contents", "time", "folder", "in the base", "all base", "the base's file loses rights"],
)
def test_no_permission_change(seen: Observation) -> None:
    assert judged("no_permission_change_in_a_later_step", seen).status == "passed"


@pytest.mark.parametrize("changed", [change("owner"), change("mode", mode=0o4755)])
def test_the_files_of_the_base_image_count_when_they_gain_rights(changed: Change) -> None:
    verdict = judged("no_permission_change_in_a_later_step", layers((2, changed), waste=(waste(0, 2),)))
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert "stored by the base image" in verdict.seen


@pytest.mark.parametrize(
    ("wasted", "allowed", "line"),
    [
        ((), 0, None),
        ((waste(1, 2),), 20_000, 3),
        ((waste(2, 3), waste(1, 2, size=9)), 20_000, 4),
        ((waste(1, 3, size=20_000),), 20_000, None),
        ((waste(1, 3, size=20_001),), 20_000, 4),
        ((waste(1, 3, size=1),), 0, 4),
        ((waste(0, 2),), 20_000, None),
    ],
)
def test_wasted_bytes(wasted: tuple[Waste, ...], allowed: int, line: int | None) -> None:
    verdict = judged("no_wasted_bytes", layers(waste=wasted), allowed=allowed)
    assert (verdict.status, verdict.line) == ("failed" if line else "passed", line)
    assert not line or complete(verdict)


def test_wasted_bytes_name_both_lines() -> None:
    verdict = judged("no_wasted_bytes", layers(waste=(waste(1, 3), *(waste(2, 3, 30_000, f"/{n}") for n in "abc"))))
    assert "of the 15 MB above the base image, later steps delete or overwrite 4.09 MB" in verdict.seen
    assert "/chart: 4 MB, stored by line 2, hidden by line 4" in verdict.seen
    assert verdict.seen.endswith("… and 1 more")


def test_what_another_check_counts_is_said() -> None:
    verdict = judged("no_wasted_bytes", layers((2, change("mode")), waste=(waste(1, 2),)), permissions=False)
    assert verdict.status == "passed"
    assert "later steps delete or overwrite 0 bytes; 4 MB stored again only for another mode or owner" in verdict.seen


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (20_000, "20 kB"), (999_400, "999 kB"),
     (999_900, "1 MB"), (1_946_390, "1.95 MB"), (812_000_000, "812 MB"), (2_500_000_000, "2.5 GB")],
)  # fmt: skip
def test_amounts(count: int, text: str) -> None:
    assert amount(count) == text


@pytest.mark.parametrize(
    ("most", "base_layers", "line"), [(3, 1, None), (4, 0, None), (2, 1, 3), (0, 1, 3), (1, 2, 3), (0, 3, 4)]
)
def test_layers(most: int, base_layers: int, line: int | None) -> None:
    verdict = judged("layers_at_most", layers(base_layers=base_layers), most=most)
    assert (verdict.status, verdict.line) == ("failed" if line else "passed", line)
    assert f"{4 - base_layers} layer{'' if base_layers == 3 else 's'} above" in verdict.seen
    assert not line or complete(verdict)


def test_layers_without_a_run_step_point_at_the_last_one() -> None:
    seen = replace(layers(), dockerfile=observation("FROM busybox:1.37\nCOPY a /\nCOPY b /\nADD c /\n").dockerfile)
    assert judged("layers_at_most", seen, most=1).line == 4


def left(*files: File, paths: tuple[str, ...] = ()) -> Observation:
    probe = Files(paths=(*KEPT, *paths))
    return replace(layers(), probed=(Probed(probe=probe, seen=FilesSeen(files=files)),))


def file(path: str, size: int = MB, layer: int = 2, kind: FileKind = "file") -> File:
    return File(path=path, kind=kind, size=size, layer=layer)


def test_needless_files() -> None:
    lists = [file(f"/var/lib/apt/lists/{n}", n * MB) for n in (1, 2, 3)]
    verdict = judged("nothing_needless_left", left(*lists, file("/tmp/a", 10, 1)))
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert verdict.seen.startswith(
        "4 files that only the build needed, 6 MB:\n/var/lib/apt/lists/3: 3 MB, stored by line"
    )
    assert verdict.seen.endswith("… and 1 more")
    assert complete(verdict)


def test_a_needless_file_that_the_task_names() -> None:
    verdict = judged("nothing_needless_left", left(file("/src/a.c", 1, 3), paths=("*.c",)), paths=["*.c"])
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert verdict.seen.startswith("1 file that only the build needed, 1 byte:")


@pytest.mark.parametrize(
    "found",
    [
        (),
        (file("/tmp", kind="folder"), file("/tmp/link", kind="link")),
        (file("/var/lib/apt/lists/lock", 0),),
        (file("/var/lib/apt/lists/debian", layer=0), file("/root/.cache/x", layer=0)),
    ],
    ids=["nothing", "folders and links", "empty", "of the base image"],
)
def test_nothing_needless(found: tuple[File, ...]) -> None:
    assert judged("nothing_needless_left", left(*found)).status == "passed"
