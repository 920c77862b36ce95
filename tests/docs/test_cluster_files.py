"""The files for clusters: a job that Slurm could be given, and objects that Kubernetes could."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from grader.cli import commands
from tests.programs import ROOT

FOLDER = ROOT / "docs" / "cluster"


def test_the_job_of_slurm_starts_a_worker_with_an_engine_of_its_own() -> None:
    words = [
        sys.executable,
        "-W",
        "error",
        str(FOLDER / "slurm.py"),
        "--print",
        "--interface",
        "lo",
        "--partition",
        "p",
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.startswith("#!")
    for line in ("#SBATCH -p p", "#SBATCH --cpus-per-task=2", "#SBATCH -t 02:00:00", "export DRYDOCK_HOME="):
        assert f"\n{line}" in done.stdout
    assert re.search(r"-m distributed\.cli\.dask_worker tcp://127\.0\.0\.1:\d+ .*--nthreads 1 ", done.stdout)
    assert subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=False).returncode == 0


def test_the_objects_of_kubernetes_fit_together() -> None:
    cluster, policy = yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text("utf-8"))
    assert (cluster["apiVersion"], cluster["kind"]) == ("kubernetes.dask.org/v1", "DaskCluster")
    pod, scheduler = cluster["spec"]["worker"]["spec"], cluster["spec"]["scheduler"]
    worker, engine = pod["containers"]
    assert worker["env"][0]["value"] in engine["args"]
    volumes = {one["name"] for one in pod["volumes"]}
    assert {mount["name"] for one in (worker, engine) for mount in one["volumeMounts"]} == volumes
    ports = {one["name"] for one in scheduler["spec"]["containers"][0]["ports"]}
    assert {one["targetPort"] for one in scheduler["service"]["ports"]} <= ports
    assert worker["image"] == scheduler["spec"]["containers"][0]["image"]
    name = cluster["metadata"]["name"]
    assert scheduler["service"]["selector"]["dask.org/cluster-name"] == name
    assert policy["spec"]["podSelector"]["matchLabels"] == {"dask.org/cluster-name": name}


def test_the_image_has_what_a_worker_needs() -> None:
    text = (FOLDER / "Dockerfile").read_text("utf-8")
    for name in re.findall(r"^COPY (.+) \S+$", text, flags=re.MULTILINE):
        assert all((ROOT / one).exists() for one in name.split())
    assert {"requirements.lock", "requirements-cluster.lock", "grader", "exercises"} <= set(text.split())


def test_the_page_names_commands_that_there_are() -> None:
    page = (ROOT / "docs" / "cluster.md").read_text("utf-8")
    named = set(re.findall(r"\./drydock (\w+)", page))
    assert named <= set(commands())
    for link in re.findall(r"\]\(([^):#]+)\)", page):
        assert (ROOT / "docs" / Path(link)).exists()
