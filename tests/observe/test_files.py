"""Files of an image, links followed or not; and where its layers and its settings hold a text."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from grader import dockerfile
from grader.engine.reading import Head
from grader.image import read
from grader.model import Build, Files, Step, Stored
from grader.observe import files, stored
from grader.observe.traces import traces
from tests.image import image_making as making

TEXT = b"FROM busybox:1.37\nARG TOKEN\nENV KEY=$TOKEN\nCOPY a /srv/real/\nRUN rm /srv/real/token\n"


def bench(tmp_path: Any, keep: tuple[str, ...] = (), texts: tuple[str, ...] = (), **config: object) -> Any:
    """A workbench with an image of two layers, the second of which hides /srv/real/token; its engine reads one file."""
    lower = making.tar(
        [
            making.folder("srv"),
            making.folder("srv/real"),
            making.file("srv/real/a", b"one", uid=7),
            making.file("srv/real/token", b"dock_1234567890"),
            making.link("srv/way", "real"),
            making.link("srv/round", "round"),
            making.link("srv/other-name", "/srv/real/a"),
        ]
    )
    layers = [lower, making.tar([making.file("srv/real/.wh.token")])]
    saved = making.archive(making.saved_parts(layers, making.configuration(layers, **config)))

    def read_head(_: str, path: str, *, labels: object) -> Head:
        assert (path, labels) == ("/srv/real/a", {})
        return Head(path=path, size=3, data=b"one")

    (tmp_path / "a").write_text("one")
    (tmp_path / "secret").write_text("dock_1234567890")
    sought = stored.digests(tmp_path, [Stored(files=("a",)), Stored(files=("secret", "none"))])
    analysis = read(io.BytesIO(saved), keep=keep, digests=sought, texts=texts)
    steps = (Step(command="RUN rm /srv/real/token", line=5, output="removed dock_1234567890"),)
    return SimpleNamespace(
        engine=SimpleNamespace(read_head=read_head),
        labels={},
        hits=analysis.hits,
        build=Build(builder="buildkit", image="sha256:1", steps=steps),
        image=analysis.image,
        files=analysis.files,
        contents=analysis.contents,
        dockerfile=dockerfile.parse(TEXT),
        context=tmp_path,
    )


@pytest.mark.parametrize(
    ("path", "follow", "kind"),
    [
        ("/srv/real/a", False, "file"),
        ("/srv/real/a", True, "file"),
        ("/srv/way/a", False, None),
        ("/srv/way/a", True, "file"),
        ("/srv/way", False, "link"),
        ("/srv/way", True, "folder"),
        ("/srv/other-name", True, "file"),
        ("/srv/round", True, None),
        ("/srv/real/token", True, None),
    ],
)
def test_a_path_shows_what_its_links_lead_to(tmp_path: Any, path: str, follow: bool, kind: str | None) -> None:
    seen = files.see(bench(tmp_path), Files(paths=(path,), follow=follow))
    found = seen.at(path)
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize("path", ["/srv/real/a", "/srv/way/a", "/srv/other-name"])
def test_contents_are_those_of_the_file_that_links_lead_to(tmp_path: Any, path: str) -> None:
    seen = files.see(bench(tmp_path, keep=(path,)), Files(paths=(path,), contents=True, follow=True))
    assert seen.contents == {path: "one"}


def test_where_a_file_of_the_context_is_stored(tmp_path: Any) -> None:
    seen = stored.see(bench(tmp_path), Stored(files=("a", "secret", "none")))
    assert [(one.file, one.path, one.layer, one.shows) for one in seen.copies] == [
        ("a", "/srv/real/a", 0, True),
        ("secret", "/srv/real/token", 0, False),
    ]
    assert seen.absent == ("none",)


def test_traces_are_found_in_settings_in_the_history_in_the_output_and_in_layers(tmp_path: Any) -> None:
    row = {"created_by": "ENV KEY=dock_1234567890", "comment": "buildkit.dockerfile.v0", "empty_layer": True}
    rows = [row, {"created_by": "COPY a /srv/real/"}, {"created_by": "RUN rm"}]
    config = {"Env": ["KEY=dock_1234567890"], "Labels": {"x": "dock_1234567890"}}
    made = bench(tmp_path, texts=("dock_1234567890",), history=rows, config=config)
    found = traces(made, ("dock_1234567890",))
    assert [(one.where, one.name) for one in found] == [
        ("environment", "KEY"),
        ("configuration", ""),
        ("history", "ENV KEY=dock_1234567890"),
        ("output", "RUN rm /srv/real/token"),
        ("layer", "/srv/real/token"),
    ]
    assert [one.line for one in found[:4]] == [3, None, 3, 5]
    assert traces(made, ("dock_0987654321",)) == ()
    assert {one.text for one in found} == {"dock_1234567890"}
