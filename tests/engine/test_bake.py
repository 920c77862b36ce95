"""The text of a bake file is worked out by buildx within bounds, whatever it asks for."""

from pathlib import Path

import pytest

from grader.engine import bake
from grader.engine.client import Engine
from grader.errors import SubmissionError

pytestmark = pytest.mark.engine
SIXTEEN = '["a","a","a","a","a","a","a","a","a","a","a","a","a","a","a","a"]'
# Each is sixteen times as long as the one before: 16 to the power of six letters from a file of half a kilobyte.
GROWING = 'variable "v0" { default = "aaaaaaaaaaaaaaaa" }\n' + "".join(
    f'variable "v{n}" {{ default = join("", [for x in {SIXTEEN} : v{n - 1}]) }}\n' for n in range(1, 6)
)
LARGE = GROWING + 'group "default" { targets = ["app"] }\ntarget "app" { args = { TEXT = v5 } }\n'


def test_a_small_file_is_worked_out(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / bake.FILE).write_text('target "default" {\n tags = ["harbour/logbook:1.4"]\n args = { A = "1" }\n}\n')
    (found,) = bake.targets(engine.address, tmp_path)
    assert (found.name, found.tags, found.args) == ("default", ("harbour/logbook:1.4",), {"A": "1"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LARGE, "comes to more than 1,048,576 bytes"),
        ("target {", "cannot be read"),
        ("#" * (bake.FILE_BYTES + 1), "more than 65,536 bytes"),
    ],
)
def test_a_file_beyond_its_bounds_is_refused(engine: Engine, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / bake.FILE).write_text(text)
    with pytest.raises(SubmissionError, match=said):
        bake.targets(engine.address, tmp_path)
