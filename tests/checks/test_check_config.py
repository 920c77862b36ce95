"""The checks of the image's configuration, and of capitals."""

import pytest
from observing import complete, judged, observation

from grader.model.image import ImageConfig

FROM = "FROM debian:trixie-slim\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM debian:13\nRUN true", None),
        ("FROM debian:13 as build\nRUN from=1 copy", None),
        ("# from here\nFROM debian:13\nRUN <<EOF\nrun it\nEOF", None),
        ("FROM debian:13\nONBUILD RUN true", None),
        ("from debian:13", 1),
        ("FROM debian:13\nRun true\ncmd true", 2),
        ("FROM debian:13\nRUN true \\\n  && true\nEntrypoint x", 4),
        ("FROM debian:13\nONBUILD run true", 2),
        ("FROM debian:13\nWorkDir /x", 2),
        ("arg V=13\nFROM debian:$V", 1),
    ],
)
def test_instructions_in_capitals(text: str, line: int | None) -> None:
    verdict = judged("instructions_in_capitals", observation(text))
    assert (verdict.status, verdict.line) == ("failed" if line else "passed", line)
    assert not line or complete(verdict)


OCI = "org.opencontainers.image.authors"


@pytest.mark.parametrize(
    ("text", "labels", "label"),
    [
        (f'LABEL {OCI}="Mia"', {OCI: "Mia"}, ""),
        ("LABEL maintainer=mia@example.org", {"maintainer": "mia@example.org"}, ""),
        ("LABEL maintainer Mia of IAM", {"maintainer": "Mia of IAM"}, ""),
        ('LABEL "maintainer"="王"', {"maintainer": "王"}, ""),
        (f"ARG L={OCI}\nLABEL $L=mia", {OCI: "mia"}, ""),
        (f"LABEL a=1 \\\n  {OCI}=mia", {"a": "1", OCI: "mia"}, OCI),
        ("LABEL contact=mia", {"contact": "mia"}, "contact"),
        (f"LABEL maintainer= {OCI}=mia", {"maintainer": "", OCI: "mia"}, ""),
    ],
)
def test_has_author(text: str, labels: dict[str, str], label: str) -> None:
    seen = observation(FROM + text, config=ImageConfig(labels=labels))
    assert judged("has_author", seen, label=label).status == "passed"


@pytest.mark.parametrize(
    ("text", "config", "label", "line"),
    [
        ("", ImageConfig(), "", None),
        ("MAINTAINER Mia", ImageConfig(author="Mia"), "", 2),
        ("LABEL Maintainer=Mia", ImageConfig(labels={"Maintainer": "Mia"}), "", 2),
        ("LABEL maintainer=", ImageConfig(labels={"maintainer": ""}), "", 2),
        ('LABEL maintainer="  - "', ImageConfig(labels={"maintainer": "  - "}), "", 2),
        (
            "LABEL org.opencontainers.image.author=M",
            ImageConfig(labels={"org.opencontainers.image.author": "M"}),
            "",
            2,
        ),
        ("LABEL maintainer=mia", ImageConfig(labels={"maintainer": "mia"}), OCI, 2),
        ("# the base image's own", ImageConfig(labels={"maintainer": "Somebody else"}), "", None),
        ("ENV maintainer=mia", ImageConfig(env=("maintainer=mia",)), "", None),
    ],
)
def test_has_no_author(text: str, config: ImageConfig, label: str, line: int | None) -> None:
    verdict = judged("has_author", observation(FROM + text, config=config), label=label)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert complete(verdict)


def test_an_author_message_names_maintainer_and_leaves_out_labels_of_drydock() -> None:
    config = ImageConfig(author="Mia", labels={"drydock.run": "12", "version": "1"})
    verdict = judged("has_author", observation(FROM + "MAINTAINER Mia", config=config))
    assert "MAINTAINER, which is deprecated" in verdict.seen
    assert "1 labels: version=1" in verdict.seen
    assert "drydock" not in verdict.seen


@pytest.mark.parametrize(
    ("text", "workdir", "line"),
    [
        ("WORKDIR /opt/iam", "/opt/iam", None),
        ("WORKDIR /opt/\nWORKDIR iam/", "/opt/iam/", None),
        ("ARG D=iam\nWORKDIR /opt/$D", "/opt/iam", None),
        ("WORKDIR /opt/iam/bin/..", "/opt/iam", None),
        ("# of the base image", "/opt/iam", None),
        ("WORKDIR /opt/iam/bin", "/opt/iam/bin", 2),
        ("RUN cd /opt/iam", "", 2),
        ("WORKDIR opt/IAM", "/opt/IAM", 2),
        ("WORKDIR /opt/iam\nWORKDIR /", "/", 3),
        ("RUN mkdir -p /opt/iam", "/", None),
        ("FROM debian:13\nWORKDIR /opt", "/opt", 3),
    ],
)
def test_working_directory(text: str, workdir: str, line: int | None) -> None:
    seen = observation(FROM + text, config=ImageConfig(workdir=workdir))
    verdict = judged("working_directory", seen, path="/opt/iam")
    assert verdict.status == ("passed" if workdir.rstrip("/") == "/opt/iam" or workdir.endswith("..") else "failed")
    assert verdict.line == line


@pytest.mark.parametrize(
    ("entrypoint", "shell"),
    [
        (["/opt/iam/bin/iam-apiserver"], []),
        (["perl", "iam-apiserver", "-c", "conf"], []),
        (["/bin/sh", "/entrypoint.sh"], []),
        (["bash", "-e", "/entrypoint.sh", "-c", "conf"], []),
        (["bash", "--norc", "/entrypoint.sh"], []),
        (["tini", "--", "iam-apiserver"], []),
        (["/usr/bin/env", "TZ=Asia/Shanghai", "iam-apiserver"], []),
        (["busybox", "httpd", "-f", "-c", "x"], []),
        (["/opt/iam"], ["/bin/bash", "-o", "pipefail", "-c"]),
        (["bash", "-o", "pipefail", "run.sh"], []),
    ],
)
def test_exec_form(entrypoint: list[str], shell: list[str]) -> None:
    config = ImageConfig(entrypoint=tuple(entrypoint), shell=tuple(shell))
    assert judged("entrypoint_in_exec_form", observation(config=config)).status == "passed"


@pytest.mark.parametrize(
    ("entrypoint", "shell", "cmd"),
    [
        ([], [], ["/opt/iam"]),
        ([], [], []),
        (["/bin/sh", "-c", "/opt/iam"], [], []),
        (["/bin/sh", "-c", "exec /opt/iam"], [], []),
        (["/bin/bash", "-o", "pipefail", "-c", "/opt/iam"], ["/bin/bash", "-o", "pipefail", "-c"], []),
        (["bash", "-o", "pipefail", "-c", "/opt/iam"], [], []),
        (["sh", "-ec", "/opt/iam"], [], []),
        (["tini", "--", "sh", "-c", "/opt/iam"], [], []),
        (["python3", "-c", "print()"], ["python3", "-c"], []),
        (["/bin/sh", "-c", "['/opt/iam']"], [], []),
    ],
)
def test_not_exec_form(entrypoint: list[str], shell: list[str], cmd: list[str]) -> None:
    config = ImageConfig(entrypoint=tuple(entrypoint), shell=tuple(shell), cmd=tuple(cmd))
    start = "ENTRYPOINT x" if entrypoint else "CMD x"
    verdict = judged("entrypoint_in_exec_form", observation(f"{FROM}WORKDIR /x\n{start}", config=config))
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert complete(verdict)


def test_the_line_is_of_the_stage_that_becomes_the_image() -> None:
    text = "FROM a:1 AS x\nENTRYPOINT one\nFROM a:1 AS y\nENTRYPOINT two\nFROM x\nRUN true"
    config = ImageConfig(entrypoint=("/bin/sh", "-c", "one"))
    assert judged("entrypoint_in_exec_form", observation(text, config=config)).line == 2
