"""The tests that container-structure-test knows, on the same image, with the same questions to both.

Three commands and what they print, three files with a piece of their contents, five files' permissions, the image's
environment and its labels, and a file with a licence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from benchmarks.lab import Lab, process, python
from benchmarks.values import Pair
from grader.engine.bases.ensure import ensure
from grader.model import ExerciseCheck

NEEDS = ("engine", "peers")
BASE, IMAGE = "busybox:1.37", "drydock.invalid/bench:structure"
NOTICE, LICENCE = "/usr/share/doc/tide/copyright", "Apache License, Version 2.0"
LABELS = {"org.opencontainers.image.title": "tide", "org.opencontainers.image.version": "1.4.0"}
TEXT = f"""FROM {BASE}
RUN mkdir -p {NOTICE.rpartition("/")[0]} && echo "{LICENCE}" > {NOTICE}
LABEL {" ".join(f"{name}={value}" for name, value in LABELS.items())}
"""
RUNS = {("echo", "hello"): "hello", ("cat", "/etc/passwd"): "root:x:0:0", ("ls", "/bin"): "busybox"}
HOLDS = {"/etc/passwd": "root:x:0:0", "/etc/group": "root:x:0", "/etc/shadow": "root:"}
LICENSED = {NOTICE: LICENCE}
MODES = {"/bin/busybox": "0755", "/bin/cat": "0755", "/etc/passwd": "0644", "/etc/group": "0644", "/bin/ls": "0755"}
LETTERS = {"0755": "-rwxr-xr-x", "0644": "-rw-r--r--"}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

OURS: dict[str, dict[str, object]] = {
    "command_prints": {"runs": [{"arguments": words, "output": said} for words, said in RUNS.items()]},
    "file_in_image": {"files": [{"path": path, "holds": text} for path, text in (HOLDS | LICENSED).items()]},
    "file_mode": {"modes": MODES},
    "environment_set": {"variables": {"PATH": PATH}},
    "label_set": {"labels": LABELS},
}
THEIRS = {
    "schemaVersion": "2.0.0",
    "commandTests": [
        {"name": words[0], "command": words[0], "args": words[1:], "expectedOutput": [said]}
        for words, said in RUNS.items()
    ],
    "fileExistenceTests": [
        {"name": path, "path": path, "shouldExist": True, "permissions": LETTERS[mode]} for path, mode in MODES.items()
    ],
    "fileContentTests": [{"name": path, "path": path, "expectedContents": [text]} for path, text in HOLDS.items()],
    "metadataTest": {
        "envVars": [{"key": "PATH", "value": PATH}],
        "labels": [{"key": name, "value": value} for name, value in LABELS.items()],
    },
    "licenseTests": [{"debian": False, "files": [NOTICE]}],
}


def run(lab: Lab) -> Iterator[Pair]:
    """Whole processes; both have to find everything as it should be."""
    checks = tuple(ExerciseCheck(name=name, points=1, parameters=given) for name, given in OURS.items())
    ours, theirs = lab.folder / "ours.json", lab.folder / "theirs.json"
    ours.write_bytes(msgspec.json.encode(checks))
    theirs.write_text(json.dumps(THEIRS))
    program = lab.peers.program("container-structure-test")
    ensure(lab.address, lab.places, (BASE,), lambda _: None)
    (lab.folder / "structure").mkdir()
    (lab.folder / "structure" / "Dockerfile").write_text(TEXT)
    process([lab.address.docker, "build", "--tag", IMAGE, str(lab.folder / "structure")], env=lab.docker)()
    try:
        yield lab.pair(
            "structure checks",
            process(python("-m", "benchmarks.cases._structure", lab.address.host, IMAGE, str(ours))),
            process([program, "test", "--image", IMAGE, "--config", theirs], env=lab.docker),
            against="container-structure-test",
            rounds=7,
            most_ratio=0.2,
        )
    finally:
        lab.engine.remove_image(IMAGE)
