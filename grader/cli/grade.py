"""Grade a whole class: every submission is built and looked at, side by side, and nothing that is done is lost.

    ./drydock grade 02 handed-in/ --out results          a folder, a zip or a tar archive for each learner
    ./drydock grade --all handed-in/ --out results       a folder for each learner, and in it one for each exercise
    ./drydock grade 02 moodle.d canvas.d --out results   unpacked downloads of Moodle and Canvas
    ./drydock grade 02 handed-in/ --out results --roster class.csv

In a download, the files of one learner are one submission. What is nobody's submission is said.

It writes results.csv, results.jsonl, a page for each learner in pages/, and the class's page index.html. Each result is
kept as it comes: after an interruption the same command goes on where it was. Identical submissions are built once.
Several exercises can go into one folder of results, one after another: the tables and the page then hold them all.
A fault of the machine is tried again, and then left as not judged, never as a zero. In results/overrides.csv you set
scores and comments of your own; they are never overwritten.

Late days: --due with --late takes off a part of the score for each day (or hour) that has begun, by the times that
--times or the roster's column `submitted` gives. Times of files and of commits are not taken, as whoever hands in sets
them; without a known time nothing is taken off, and the results say so. docs/late.md has the rules.

Submissions are other people's programs. With `--tier trusted`, the usual one, their steps run as root in your engine:
grade only what you would run yourself. With `--tier default` each has an engine of its own in a container of your
Docker, with limits and without a network. With `--tier hardened` (Linux, as root) each has a throw-away engine with a
disk, limits and a network of its own, which is killed and removed when its grading ends; with `--tier hardened-gvisor`
gVisor is the kernel in it. Each report names the tier. Where a machine cannot give it, nothing is graded.

With --cluster the workers of a Dask cluster do the grading, each with an engine of its own: docs/cluster.md.

Exit status: 0 every submission has a verdict or a refusal, 2 unusable input, 3 some could not be judged.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli import add_tier

SUMMARY = "grade a whole class, side by side"


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "paths", metavar="EXERCISE SUBMISSIONS", nargs="+", help="an exercise, unless --all; then folders"
    )
    parser.add_argument("--all", action="store_true", help="every exercise; each learner's folder has one for each")
    parser.add_argument("--out", metavar="DIR", required=True, type=Path, help="where the results are kept")
    parser.add_argument("--roster", metavar="CSV", type=Path, help="the learners, in a column `student`; remembered")
    parser.add_argument("--due", metavar="TIME", default="", help="when it was due, such as 2026-11-24T12:00+08:00")
    parser.add_argument("--late", metavar="RULE", default="", help="such as '10%% a day, at most 3 days'")
    parser.add_argument("--rules", metavar="TOML", type=Path, help="the same for several exercises, and who has longer")
    parser.add_argument("--times", metavar="CSV", type=Path, help="when each handed in: student,submitted[,exercise]")
    parser.add_argument("--jobs", metavar="N", type=int, default=2, help="how many are graded at a time (2)")
    parser.add_argument(
        "--cluster", metavar="ADDRESS", default="", help="a Dask scheduler, such as tcp://10.0.0.5:8786"
    )
    add_tier(parser)
    parser.add_argument(
        "--key", metavar="FILE", type=Path, help="the course's key, where each learner has values of their own"
    )
    parser.add_argument("--anonymous", action="store_true", help="call the learners by numbers on the class's page")
    parser.add_argument("--again", action="store_true", help="grade anew what has a verdict already")


def run(arguments: argparse.Namespace) -> int:
    """Grade the class, write the results, and return the exit status."""
    from grader.cli._grade import run

    return run(arguments)
