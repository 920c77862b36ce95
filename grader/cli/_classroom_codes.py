"""`drydock classroom codes ROSTER`: a code for each learner, as CSV, from the course's key."""

from __future__ import annotations

import argparse

from grader.batch.roster import read_roster
from grader.cli import PASSED
from grader.report.spreadsheet import table
from grader.variants import code_of, new_key


def run(arguments: argparse.Namespace) -> int:
    """Print student,code."""
    roster = read_roster(arguments.roster)
    key = new_key(arguments.key)
    rows = [[name, code_of(key, name)] for name in roster]
    print(table(("student", "code"), rows, mark=False).decode().replace("\r", ""), end="")
    return PASSED
