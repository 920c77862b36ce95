"""Dockerfiles whose text is the trouble."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import GOOD, rows, spoiled, text, with_files

refused, failed, graded = rows("Dockerfile text")

SYNTAX = {"cause": "syntax", "needs": "nothing"}
DOUBLING = "FROM busybox:1.37\n" + "".join(f"ENV A{n + 1}=${{A{n}}}${{A{n}}}x\n" for n in range(60))
BESIDE = {
    "Dockerfile.evil": "FROM scratch\n",
    "compose.yaml": "services: {x: {image: busybox, privileged: true}}\n",
    "docker-bake.hcl": 'target "default" { dockerfile = "Dockerfile.evil" }\n',
    ".env": "DOCKER_HOST=tcp://127.0.0.1:1\nBUILDKIT_SYNTAX=evil/frontend\n",
}


def called(name: str) -> Callable[[Path], Path]:
    """The right answer, with another name for its Dockerfile."""
    return spoiled(lambda folder: (folder / "Dockerfile").rename(folder / name))


CASES = (
    refused("empty", "no byte at all", text(""), "the Dockerfile is empty"),
    refused("blanks", "spaces and line ends", text(" \n\t\n\n"), "the Dockerfile is empty"),
    refused("only-comments", "no instruction", text("# FROM busybox\n"), "holds only comments"),
    refused("no-dockerfile", "called dockerfile.txt", called("dockerfile.txt"), "rename dockerfile.txt to Dockerfile"),
    refused("small-letter", "called dockerfile", called("dockerfile"), "rename dockerfile to Dockerfile"),
    refused("utf16", "UTF-16 with a mark", text(GOOD.encode("utf-16")), "saved as UTF-16"),
    refused("utf16-no-mark", "UTF-16 without a mark", text(GOOD.encode("utf-16-le")), "saved as UTF-16"),
    refused("utf32", "UTF-32", text(GOOD.encode("utf-32")), "Docker reads only UTF-8"),
    refused("latin1", "ü as one byte", text(GOOD.encode() + b"LABEL a=\xfc\n"), "line 4: the byte 0xfc is not UTF-8"),
    refused("nul", "a NUL byte in a RUN", text(GOOD + "RUN a\0b\n"), "line 4: a NUL byte"),
    refused("too-large", "a long comment", text(GOOD + "#" * 300_000), "at most 262,144 are read", limit="256 KB"),
    refused(
        "ten-thousand-env",
        "10,000 short instructions",
        text(GOOD + "ENV A=b\n" * 10_000),
        "has 10,003 instructions; at most 1,000",
        limit="1,000 instructions",
    ),
    failed(
        "long-line",
        "a label of 70,000 letters",
        text(GOOD + "LABEL a=" + "x" * 70_000),
        "line greater than max allowed size of 65535",
        limit="65,535 bytes a line",
        **SYNTAX,
    ),
    failed("open-heredoc", "no end word", text(GOOD + "RUN <<END\ntrue\n"), "only END", **SYNTAX),
    failed("unknown-instruction", "INSTALL vim", text(GOOD + "INSTALL vim\n"), "INSTALL", **SYNTAX),
    failed("unknown-flag", "COPY --frm=x", text(GOOD + "COPY --frm=x a b\n"), "--frm", **SYNTAX),
    failed("onbuild-chain", "ONBUILD ONBUILD", text(GOOD + "ONBUILD ONBUILD RUN x\n"), "Chaining", **SYNTAX),
    failed("no-from", "RUN before FROM", text("RUN true\n"), "no build stage", **SYNTAX),
    failed("two-escapes", "# escape twice", text("# escape=`\n# escape=`\n" + GOOD), "escape", **SYNTAX),
    failed("bad-escape", "# escape=x", text("# escape=x\n" + GOOD), "invalid escape token", **SYNTAX),
    failed(
        "doubling-variables", "60 ENVs, each twice the last", text(DOUBLING), limit="20 million characters", **SYNTAX
    ),
    failed(
        "from-itself", "a stage copies from itself", text("FROM busybox:1.37 AS a\nCOPY --from=a / /x\n"), slow=True
    ),
    failed("unknown-base", "FROM an image that is not there", text("FROM no-such:9\n"), "no-such:9"),
    failed("other-platform", "FROM --platform=linux/s390x", text(GOOD.replace("FROM", "FROM --platform=linux/s390x"))),
    graded(
        "bom-and-crlf",
        "a byte order mark, and CR LF",
        text(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()),
        score=4,
        slow=True,
    ),
    graded(
        "others-beside", "Dockerfile.evil, compose.yaml, docker-bake.hcl, .env", with_files(BESIDE), score=4, slow=True
    ),
)
