"""Reaching for what belongs to others: images, caches, addresses, secrets, the machine's network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import GOOD, lines, rows, text

_, failed, graded = rows("cross-student")

PLANTED = "planted-7d1c"
"""What the suite plants where no submission may reach: in an image, in a cache mount, behind an address."""

IMAGE = "drydock-hostile/solution:1"
ADDRESS = "http://127.0.0.1:{port}/planted"
"""`{port}` is the suite's own server on loopback; a case's Dockerfile has it filled in."""

DENIED = {"cause": "not_permitted", "never": PLANTED}
CACHE = "--mount=type=cache,id=shared,target=/c"
FRONTEND = "evil/frontend:1"


def directive(first: str) -> Callable[[Path], Path]:
    """The right answer with this before it."""
    return text(first + GOOD)


CASES = (
    failed("from-solution", "FROM the solution", text(f"FROM {IMAGE}\nRUN cat /planted\n"), **DENIED),
    failed(
        "from-solution-argument",
        "its name put together",
        text("ARG A=solution\nFROM drydock-hostile/${A}:1\n"),
        **DENIED,
        slow=True,
    ),
    failed("copy-from-solution", "COPY --from", lines(f"COPY --from={IMAGE} /planted /p", "RUN cat /p"), **DENIED),
    failed(
        "mount-from-solution", "--mount=from", lines(f"RUN --mount=from={IMAGE},target=/m cat /m/planted"), **DENIED
    ),
    failed(
        "stage-from-solution",
        "as a stage",
        text(f"FROM {IMAGE} AS s\n{GOOD}COPY --from=s /planted /p\n"),
        **DENIED,
        slow=True,
    ),
    failed("base-with-other-tag", "busybox:1.37-evil", text(GOOD.replace("1.37", "1.37-evil")), **DENIED, slow=True),
    failed("add-loopback", "ADD of the machine's loopback", lines(f"ADD {ADDRESS} /p", "RUN cat /p"), **DENIED),
    failed(
        "add-metadata",
        "ADD of the cloud's metadata",
        lines("ADD http://169.254.169.254/latest/ /p"),
        **DENIED,
        slow=True,
    ),
    failed("add-git", "ADD of a repository", lines("ADD https://example.com/a/b.git /p"), **DENIED),
    failed("run-loopback", "wget in a step", lines(f"RUN wget -T 2 -O- {ADDRESS}"), cause="step", never=PLANTED),
    failed("run-network-host", "--network=host", lines(f"RUN --network=host wget -T 2 -O- {ADDRESS}"), never=PLANTED),
    failed(
        "run-network-default",
        "--network=default",
        lines(f"RUN --network=default wget -T 2 -O- {ADDRESS}"),
        never=PLANTED,
        slow=True,
    ),
    failed(
        "run-insecure", "--security=insecure", lines("RUN --security=insecure true"), needs="nothing", cause="syntax"
    ),
    failed("run-device", "--device", lines("RUN --device=vendor/evil=all true")),
    failed(
        "secret-wanted", "a secret nobody gave", lines("RUN --mount=type=secret,id=x,required=true cat /run/secrets/x")
    ),
    failed("ssh-wanted", "an agent nobody gave", lines("RUN --mount=type=ssh,required=true true"), slow=True),
    graded("cache-write", "a file in a cache mount", lines(f"RUN {CACHE} echo {PLANTED} > /c/tool"), score=4),
    graded(
        "cache-read",
        "the cache mount of the one before",
        lines(f"RUN {CACHE} cat /c/tool && exit 1; true"),
        score=4,
        never=PLANTED,
    ),
    graded("frontend", "# syntax= of an image", directive(f"# syntax={FRONTEND}\n"), score=4),
    graded(
        "frontend-after-comment",
        "the same behind #!",
        directive(f"#!/usr/bin/env x\n# syntax={FRONTEND}\n"),
        score=4,
        slow=True,
    ),
    graded("frontend-slashes", "// syntax=", directive(f"// syntax={FRONTEND}\n"), verdict="failed", score=0),
    graded(
        "frontend-json", '{"syntax": ...}', directive('{"syntax": "' + FRONTEND + '"}\n'), verdict="failed", score=0
    ),
    graded(
        "label-of-another",
        "the label of another run",
        lines("LABEL drydock.run=1 drydock.exercise=x"),
        score=4,
        slow=True,
    ),
    failed(
        "frontend-argument",
        "ARG BUILDKIT_SYNTAX",
        text(f"ARG BUILDKIT_SYNTAX={FRONTEND}\n{GOOD}"),
        verdict="graded",
        score=4,
        slow=True,
    ),
)
