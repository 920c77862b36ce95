"""The table of results is counted from what the suite wrote."""

from scripts.hostile_table import Result, sentence, table


def result(case: str, seconds: float, *, wrong: tuple[str, ...] = (), left: tuple[str, ...] = ()) -> Result:
    return Result(kind="run time", case=case, seconds=seconds, wrong=wrong, left=left)


def test_counts_medians_and_the_good_ones_apart() -> None:
    found = (result("a", 1.0), result("b", 3.0, wrong=("x", "y")), result("c", 9.0, left=("z",)), result("good", 2.0))
    rows = {row.split(" | ")[0].strip("| "): row for row in table({"default": found}).splitlines()}
    assert rows["run time"] == "| run time | 2 of 3 | 3.0, 9.0 | 1 |"
    assert rows["the good one behind each"] == "| the good one behind each | 1 of 1 | 2.0, 2.0 | 0 |"
    assert rows["archive"] == "| archive | not tried |  |  |"
    assert sentence("default", found) == "default: 4 gradings in 15 s, 1 not as they have to be: b"
