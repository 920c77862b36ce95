"""The check that nothing else is in an image."""

import msgspec
import pytest
from observing import complete, judged, observation

from grader.model import Change, File, Files, FilesSeen, Image, Layer, Observation, Verdict, Waste

FILES = ("/beacon",)
BEACON = File(path="/beacon", kind="file", size=213)
TEXT = 'FROM scratch\nCOPY beacon /beacon\nENTRYPOINT ["/beacon"]\n'


def seen_in(text: str, image: Image, *found: File, base_layers: int = 0) -> Observation:
    seen = observation(text, probed={Files(paths=FILES): FilesSeen(files=found)})
    return msgspec.structs.replace(seen, image=image, base_layers=base_layers)


def verdict(seen: Observation) -> Verdict:
    return judged("only_these_files_in_image", seen, files=list(FILES))


def test_a_program_alone() -> None:
    assert verdict(seen_in(TEXT, Image(id="1", size=213, file_count=1), BEACON)).seen == "1 file, 213 bytes"


def layer(*paths: str) -> Layer:
    return Layer(diff_id="x", changes=tuple(Change(path=path, kind="added", size=1) for path in paths))


@pytest.mark.parametrize(
    ("image", "found", "base_layers", "line", "said"),
    [
        (Image(id="1", file_count=0), (), 0, 2, "not there: /beacon"),
        (Image(id="1", file_count=1, layers=(layer("/bin/beacon"),)), (), 0, 2, "1 other file, among them /bin/beacon"),
        (
            Image(id="1", file_count=401, layers=(layer("/bin/sh"),)),
            (BEACON,),
            1,
            1,
            "400 other files, among them /bin",
        ),
        (Image(id="1", file_count=0), (File(path="/beacon", kind="folder"),), 0, 2, "not there: /beacon"),
        (
            Image(id="1", file_count=1, wasted=(Waste(path="/beacon", bytes=213, added_in=0, hidden_in=1),)),
            (BEACON,),
            0,
            2,
            "/beacon (hidden by a later layer)",
        ),
    ],
)
def test_something_else(image: Image, found: tuple[File, ...], base_layers: int, line: int, said: str) -> None:
    judgement = verdict(seen_in(TEXT, image, *found, base_layers=base_layers))
    assert (judgement.status, judgement.line) == ("failed", line)
    assert said in judgement.seen
    assert complete(judgement)
