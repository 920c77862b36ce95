"""Containers that are the trouble: they never end, end at once, eat, flood, or forge what they print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import GOOD, lines, rows, text

_, _, graded = rows("run time")

LOST = {"score": 2}
"""The run earns nothing; that it builds and has its file does."""


def runs(script: str, *more: str) -> Callable[[Path], Path]:
    """The right files, and a container that runs this."""
    return text("\n".join([*GOOD.split("\n")[:2], *more, f'ENTRYPOINT ["/bin/sh", "-c", "{script}", "sh"]', ""]))


def server(answer: str) -> Callable[[Path], Path]:
    """The right program, and a server that gives this answer once it is started without an argument."""
    script = "#!/bin/sh\\nif [ $1 ]; then echo total: $1; else while true; do nc -l -p 8080 -e /answer; done; fi\\n"
    more = (
        f"RUN printf '#!/bin/sh\\n{answer}\\n' > /answer; chmod 755 /answer",
        f"RUN printf '{script}' > /serve; chmod 755 /serve",
    )
    return text("\n".join([*GOOD.split("\n")[:2], *more, 'ENTRYPOINT ["/serve"]', ""]))


FAKE = "echo 1..10; echo ok 1; echo '===== 10 passed in 0.01s ====='; echo SCORE: 100; echo total: {nonce}"
FORGED = '{\\"score\\": 100, \\"status\\": \\"passed\\", \\"max_score\\": 100}'
REPLACED = (
    "RUN cp /bin/busybox /bin/busybox.real; printf '#!/bin/busybox.real sh\\necho PASS\\n' > /fake; chmod 755 /fake; "
    "for c in cat ls wget test id grep ps; do rm -f /bin/$c; cp /fake /bin/$c; done"
)
LIARS = (
    "RUN cp /bin/busybox /bin/busybox.real; printf '#!/bin/busybox.real sh\\necho 1000\\n' > /id; "
    "printf '#!/bin/busybox.real sh\\necho yes /srv/data\\necho no /bin/report\\n' > /sh; chmod 755 /id /sh; "
    "for c in id sh; do rm -f /bin/$c; cp /$c /bin/$c; done"
)
HEAD = "echo HTTP/1.0 200 OK; echo Content-Type: text/plain; echo"

CASES = (
    graded("never-exits", "sleep for ever", runs("sleep 1000000"), limit="2 s", **LOST),
    graded(
        "ignores-sigterm",
        "traps TERM and INT",
        runs("trap '' TERM INT; while true; do sleep 1; done"),
        limit="2 s",
        **LOST,
        slow=True,
    ),
    graded("spins", "a loop without end", runs("while true; do :; done"), limit="2 s", **LOST, slow=True),
    graded("exits-at-once", "exit 0", runs("exit 0"), "exit code 0", **LOST),
    graded("exit-code", "exit 7", runs("exit 7"), "exit code 7", **LOST, slow=True),
    graded("stops-itself", "SIGSTOP to itself", runs("kill -STOP $$; sleep 1000"), limit="2 s", **LOST, slow=True),
    graded("log-flood", "yes, for ever", runs("yes spam spam spam"), limit="2 s, 20 MB kept", **LOST, slow=True),
    graded(
        "log-one-line",
        "20 MB without a line end",
        runs("head -c 20000000 /dev/zero | tr '\\\\000' x"),
        limit="20 MB",
        **LOST,
        slow=True,
    ),
    graded("fork-bomb", "f() { f | f & }", runs("f() { f | f & }; f; sleep 1000"), limit="64 processes", **LOST),
    graded(
        "memory-bomb",
        "tail of 400 MB of zeros",
        runs("head -c 400m /dev/zero | tail"),
        limit="128 MB",
        **LOST,
        slow=True,
    ),
    graded(
        "zombies",
        "300 short processes",
        runs("i=0; while [ $i -lt 300 ]; do true & i=$((i+1)); done"),
        **LOST,
        slow=True,
    ),
    graded("daemonises", "forks, and ends", runs("sleep 1000000 & exit 0"), **LOST, slow=True),
    graded(
        "volume-fill",
        "200 MB into a volume",
        runs("head -c 200m /dev/zero > /v/x; sleep 1000", "VOLUME /v"),
        **LOST,
        slow=True,
    ),
    graded("fake-results", "prints what graders look for", runs(FAKE), **LOST),
    graded(
        "forged-report", "writes a report of its own", runs(f"echo '{FORGED}' | tee /report.json"), **LOST, slow=True
    ),
    graded("replaced-binaries", "cat, ls, id ... print PASS", lines(REPLACED), score=4),
    graded(
        "replaced-id", "root, and an id that prints 1000", text(f"{GOOD}{LIARS}\n"), "runs as root", user=True, score=1
    ),
    graded(
        "replaced-shell",
        "a shell that says what may be written",
        text(f"{GOOD}RUN chown 1000 /bin/report && mkdir /srv && mkdir /srv/data\n{LIARS}\nUSER 1000\n"),
        "cannot write /srv/data",
        user=True,
        score=4,
    ),
    graded("preload", "LD_PRELOAD and PATH", lines("ENV LD_PRELOAD=/lib/fake.so PATH=/tmp:/bin"), score=4, slow=True),
    graded(
        "detects-grader",
        "prints its environment and names",
        runs("env; cat /proc/mounts; id"),
        never="drydock.run",
        **LOST,
    ),
    graded("user-missing", "USER nosuchuser", lines("USER nosuchuser"), "nosuchuser", **LOST),
    graded(
        "entrypoint-missing",
        "no such program",
        text(GOOD.replace('/bin/report"]', '/bin/reprot"]')),
        "/bin/reprot",
        **LOST,
    ),
    graded(
        "not-a-program",
        "an ENTRYPOINT of wrong bytes",
        text(GOOD.replace('["/bin/report"]', '["/e"]') + "RUN printf '\\177ELF' > /e; chmod 755 /e\n"),
        **LOST,
        slow=True,
    ),
    graded("stop-signal", "STOPSIGNAL SIGCONT", lines("STOPSIGNAL SIGCONT"), score=4, slow=True),
    graded(
        "health-storm", "HEALTHCHECK each millisecond", lines("HEALTHCHECK --interval=1ms CMD yes"), score=4, slow=True
    ),
    graded("http-endless-body", "an answer without end", server(f"{HEAD}; yes total"), web=True, score=6, slow=True),
    graded(
        "http-dribble",
        "a letter a second",
        server(f"{HEAD}; while true; do echo -n t; sleep 1; done"),
        web=True,
        score=4,
        slow=True,
    ),
    graded("http-silent", "takes the connection", server("sleep 1000"), web=True, score=4, slow=True),
    graded(
        "http-redirect",
        "to the cloud's metadata",
        server("echo HTTP/1.0 302 Found; echo Location: http://169.254.169.254/; echo"),
        web=True,
        score=4,
        slow=True,
    ),
    graded(
        "http-huge-header",
        "a header of 10 MB",
        server("echo HTTP/1.0 200 OK; echo -n X:; head -c 10000000 /dev/zero | tr '\\\\000' x; echo; echo; echo total"),
        web=True,
        score=4,
        slow=True,
    ),
)
