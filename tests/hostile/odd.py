"""Images that are odd where an engine or a reader of layers does not expect it, and odd answers on the way."""

from __future__ import annotations

import io
import tarfile
import warnings
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.hostile.archives import FILES, answer, tarred, zipped
from tests.hostile.case import GOOD, Case, lines, put, rows, text, with_files
from tests.hostile.running import HEAD, LOST, server

_, failed_text, graded_text = rows("Dockerfile text")
_, failed_build, graded_build = rows("build resources")
_, _, graded_run = rows("run time")
_, failed_reach, graded_reach = rows("cross-student")
refused_archive, _, graded_archive = rows("archive")
_, _, graded_report = rows("report injection")
_, _, graded_context = rows("context")

FIRST = GOOD.split("ENTRY")[0]
PROGRAM = "\n".join(GOOD.split("\n")[:2])


def rooted(*commands: str) -> Callable[[Path], Path]:
    """The right program in an image whose root these commands have made: in a step, /r is the root to be."""
    made = "; ".join(("mkdir -p /r/bin", "cp -a /bin/. /r/bin", *commands))
    return text(f'{PROGRAM}\nRUN {made}\nFROM scratch\nCOPY --from=0 /r /\nENTRYPOINT ["/bin/report"]\n')


def spoilt(command: str) -> Callable[[Path], Path]:
    """The right answer, whose program a last step spoils."""
    return text(f"{GOOD}RUN {command}\n")


def handed(name: str, data: bytes) -> Callable[[Path], Path]:
    """An archive of these bytes."""
    return lambda folder: put(folder, name, data)


def extended(headers: dict[str, str]) -> bytes:
    """A tar of the right answer and a file with extended headers of these."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in (*FILES, ("more", b"")):
            member = tarfile.TarInfo(name)
            member.mode, member.size = 0o755, len(data)
            member.pax_headers = headers if name == "more" else {}
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def twice(folder: Path) -> Path:
    """A zip with two files of one name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return put(folder, "a.zip", zipped(*answer(), answer()[0]))


_ALL = (
    graded_run("proc-is-link", "/proc leads to /etc", rooted("ln -s /etc /r/proc"), score=4),
    graded_run("dev-is-file", "/dev is a file", rooted("touch /r/dev"), score=4),
    graded_run("etc-is-file", "/etc is a file", rooted("touch /r/etc"), score=4),
    graded_run(
        "hosts-is-folder",
        "/etc/hosts is a folder",
        rooted("mkdir -p /r/etc/hosts"),
        **LOST,
    ),
    graded_run("hosts-leads-out", "/etc/hosts leads up", rooted("mkdir /r/etc; ln -s ../../../../x /r/etc/hosts")),
    graded_run("program-is-pipe", "the program is a pipe", spoilt("rm /bin/report; mkfifo /bin/report"), score=1),
    graded_run("program-is-loop", "a link to itself", spoilt("ln -sf report /bin/report"), score=1),
    graded_run("program-is-folder", "a folder", spoilt("rm /bin/report; mkdir /bin/report"), score=1),
    graded_run(
        "program-runs-itself", "#! of itself", spoilt("printf '#!/bin/report\\\\n#total' > /bin/report"), **LOST
    ),
    graded_run(
        "environment-too-long",
        "an environment of 4 MB",
        lines(f"ENV A={'x' * 60000}", *(f"ENV A{n}=$A$A" for n in range(33))),
        score=1,
    ),
    graded_run("many-volumes", "60 volumes", lines("VOLUME " + " ".join(f"/v{n}" for n in range(60))), score=4),
    graded_run("all-ports", "EXPOSE of 20,000 ports", lines("EXPOSE 1-20000"), web=True, score=4),
    graded_run(
        "http-compressed-bomb",
        "says gzip, and is none",
        server(f"{HEAD.removesuffix('; echo')}; echo Content-Encoding: gzip; echo; yes total"),
        web=True,
    ),
    graded_run("http-continues", "100 Continue, for ever", server("yes HTTP/1.1 100 Continue"), web=True, score=4),
    graded_run(
        "http-negative-length",
        "a length of -1",
        server(f"{HEAD.removesuffix('; echo')}; echo Content-Length: -1; echo; echo total"),
        web=True,
    ),
    failed_build("removes-all", "rm -rf /", lines("RUN rm -rf /* ; true", "RUN true"), cause="step"),
    graded_build(
        "many-hard-links",
        "1,000 names of 1 MB",
        spoilt("head -c 1m /dev/zero > /h; i=0; while [ $i -lt 1000 ]; do ln /h /h$i; i=$((i+1)); done"),
        score=4,
    ),
    graded_build(
        "deep-folders",
        "folders deeper than a path is long",
        spoilt("i=0; while [ $i -lt 1500 ]; do mkdir dddd && cd dddd; i=$((i+1)); done; true"),
    ),
    graded_build(
        "many-stages",
        "300 stages",
        text("".join(f"FROM {'busybox:1.37' if not n else f's{n - 1}'} AS s{n}\n" for n in range(300)) + GOOD),
        score=4,
    ),
    graded_context(
        "whiteout", "a file .wh.report", with_files({".wh.report": ""}, dockerfile=f"{FIRST}COPY .wh.report /bin/\n")
    ),
    graded_context(
        "whiteout-all",
        "a file .wh..wh..opq",
        with_files({".wh..wh..opq": ""}, dockerfile=f"{FIRST}COPY .wh..wh..opq /bin/\n"),
    ),
    failed_reach(
        "workdir-descriptor",
        "WORKDIR /proc/self/fd/8",
        lines("WORKDIR /proc/self/fd/8", "RUN cat ../../../etc/shadow"),
    ),
    graded_reach(
        "copy-through-link",
        "COPY through a link out of the image",
        lines("RUN ln -s ../../../../../../tmp /out", "COPY report /out/drydock-escaped"),
        score=4,
    ),
    failed_reach("copy-from-absolute", "COPY --from=0 of the machine", lines("COPY --from=../../ /etc/shadow /s")),
    failed_text("stop-signal-unknown", "STOPSIGNAL SIGFOO", lines("STOPSIGNAL SIGFOO", "RUN true")),
    graded_text("check-directive", "# check=error=true, and bad style", text("# check=error=true\n" + GOOD), score=4),
    graded_report(
        "file-names",
        "names of files that are escapes",
        spoilt("touch \"$(printf '/a\\\\033[31m\\\\n::error::x')\" \"$(printf '/b\\\\377')\""),
        score=4,
    ),
    graded_report(
        "entrypoint-escape",
        "a program of that name",
        text(FIRST + r'ENTRYPOINT ["/\u001b[2J::error::<b>"]' + "\n"),
        **LOST,
    ),
    graded_report("user-escape", "a USER of that name", lines('USER "\x1b[2J<script>"'), **LOST),
    refused_archive("zip-same-name", "two of a name", twice),
    refused_archive(
        "tar-extended-path", "an extended header with another path", handed("a.tar", extended({"path": "../../up"}))
    ),
    refused_archive("tar-extended-huge", "an extended header of 8 MB", handed("a.tar", extended({"x": "y" * 8000000}))),
    refused_archive(
        "tar-extended-size", "an extended header with another size", handed("a.tar", extended({"size": "9" * 15}))
    ),
    graded_archive("tar-global", "a tar whose modes are odd", handed("a.tar", tarred(*FILES)), score=4),
)

EACH_CHANGE = (
    "hosts-is-folder",
    "program-is-loop",
    "environment-too-long",
    "whiteout",
    "workdir-descriptor",
    "file-names",
)
"""What is tried with each change; the suite's own command tries all."""

CASES: tuple[Case, ...] = tuple(
    msgspec.structs.replace(case, slow=case.needs == "engine" and case.name not in EACH_CHANGE) for case in _ALL
)
