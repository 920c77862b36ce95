"""A Dask cluster of Slurm jobs, for `./drydock grade … --cluster`; run it on a machine that submits jobs.

    ./drydock cluster worker --version                      once: installs Dask and dask-jobqueue
    .venv/bin/python docs/cluster/slurm.py --jobs 4 --partition teaching
    .venv/bin/python docs/cluster/slurm.py --print          shows the job, and submits nothing

It prints the address for --cluster, and ends the jobs when you press Ctrl-C. This folder has to be the same on all
nodes (a shared file system), and each node needs an engine that the job may use: as root Drydock's own is started and
stopped with the job; else name one, such as a rootless Docker, with --engine.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from dask_jobqueue import SLURMCluster

ROOT = Path(__file__).resolve().parents[2]

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--jobs", type=int, default=2, help="how many workers, each a job")
parser.add_argument("--partition", help="Slurm's partition")
parser.add_argument("--hours", type=int, default=2, help="how long a job may take")
parser.add_argument("--memory", default="4GB", help="memory of a job")
parser.add_argument("--engine", default="", help="DOCKER_HOST on the nodes; without it, Drydock's own engine")
parser.add_argument("--interface", help="the network interface by which nodes reach this machine, such as ib0")
parser.add_argument("--print", action="store_true", help="print the job's script, and submit nothing")
given = parser.parse_args()

own = [
    # A short path on the node's own disk: sockets lie in it.
    'export DRYDOCK_HOME="${SLURM_TMPDIR:-/tmp}/drydock-${SLURM_JOB_ID:-$$}"',
    f'trap \'cd "{ROOT}" && .venv/bin/python -P -m grader engine stop; rm -rf "$DRYDOCK_HOME"\' EXIT',
]
cluster = SLURMCluster(
    queue=given.partition,
    cores=1,
    job_cpu=2,
    memory=given.memory,
    walltime=f"{given.hours:02}:00:00",
    interface=given.interface,
    python=str(ROOT / ".venv" / "bin" / "python"),
    job_script_prologue=[f'export DOCKER_HOST="{given.engine}"'] if given.engine else own,
    worker_extra_args=["--no-dashboard", "--lifetime", f"{given.hours * 60 - 5}m"],
    scheduler_options={"dashboard": False},
)
if given.print:
    print(cluster.job_script())
else:
    cluster.scale(jobs=given.jobs)
    print(f"./drydock grade EXERCISE SUBMISSIONS --out DIR --cluster {cluster.scheduler_address}", flush=True)
    try:
        while True:
            time.sleep(60)
    except KeyboardInterrupt:
        print("Ending the jobs …")
cluster.close()
