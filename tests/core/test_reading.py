"""Data read into types by several threads at once; nothing in Drydock reads it in another way."""

import re
import subprocess
import sys

import pytest

from tests.programs import ROOT

OTHER_WAYS = re.compile(
    r"msgspec\.(json|msgpack|toml|yaml)\.decode\((?:[^()]|\([^()]*\))*type=|msgspec\.(convert|json\.Decoder)\("
)
# Four threads meet a chain of thirty types at the same moment, a hundred times, and change places all the time.
MEETING = """
import sys, threading, types
from grader.model.reading import from_json, from_msgpack, from_value
import msgspec

sys.setswitchinterval(1e-6)
READ = {
    "json": lambda value, kind: from_json(msgspec.json.encode(value), kind),
    "msgpack": lambda value, kind: from_msgpack(msgspec.msgpack.encode(value), kind),
    "value": from_value,
}[sys.argv[1]]

def meet(turn):
    module = sys.modules[f"types{turn}"] = types.ModuleType(f"types{turn}")
    text, inner = "import msgspec\\n", "int"
    for number in range(30):
        text += f"class S{number}(msgspec.Struct):\\n    a: 'tuple[{inner}, ...]' = ()\\n"
        text += "    b: 'dict[str, int | None]' = {}\\n"
        inner = f"S{number}"
    exec(text, module.__dict__)
    together, failed = threading.Barrier(4), []

    def read():
        together.wait()
        try:
            READ({"a": [{"a": [{}], "b": {"x": 1}}]}, module.S29)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert not failed, failed

for turn in range(100):
    meet(turn)
"""


@pytest.mark.parametrize("way", ["json", "msgpack", "value"])
def test_threads_that_meet_a_type_at_the_same_moment(way: str) -> None:
    done = subprocess.run([sys.executable, "-c", MEETING, way], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr}"


def test_nothing_reads_into_a_type_in_another_way() -> None:
    files = [path for folder in ("grader", "labkit") for path in (ROOT / folder).rglob("*.py")]
    found = [path.name for path in files if OTHER_WAYS.search(path.read_text("utf-8"))]
    assert found == ["reading.py"]
