"""Grade a class on several machines: Dask's scheduler and workers, with this course's Python and code.

    ./drydock cluster scheduler --host 10.0.0.5          on one machine; it prints its address
    ./drydock cluster worker tcp://10.0.0.5:8786         on each machine that grades, as root or as Drydock's user
    ./drydock grade 02 handed-in/ --out results --cluster tcp://10.0.0.5:8786

A worker grades one submission at a time (--nthreads N: more), with its machine's engine: the one that DOCKER_HOST
names, or Drydock's own in DRYDOCK_HOME. All words behind `scheduler` and `worker` are those of `dask scheduler` and
`dask worker`. Who can reach the scheduler can run programs on all of these machines: keep it on a network of your own,
or use Dask's TLS. docs/cluster.md has this, Slurm and Kubernetes.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys

from grader.errors import UsageError

SUMMARY = "Dask's scheduler or a worker, for grade --cluster"
INSTALL = (
    "./drydock cluster … installs it. Elsewhere: python -m pip install --require-hashes -r requirements-cluster.lock"
)


def options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("part", choices=("scheduler", "worker"), help="which of the two")
    parser.add_argument("words", metavar="WORD", nargs=argparse.REMAINDER, help="for Dask, such as the address")


def run(arguments: argparse.Namespace) -> int:
    """Become Dask's program."""
    if importlib.util.find_spec("distributed") is None:
        raise UsageError("Dask is not installed here.", INSTALL)
    usual = ["--no-dashboard"] if "--dashboard" not in arguments.words else []
    if arguments.part == "worker" and not any(word.startswith("--nthreads") for word in arguments.words):
        usual += ["--nthreads", "1"]
    module = f"distributed.cli.dask_{arguments.part}"
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *usual, *arguments.words])
