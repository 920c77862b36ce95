"""The container starts, and does not end with an error.

Looks at: a container of the image, started as it is, without a network: whether it still runs after a while, or has
ended by itself with exit code 0.
Why it matters: an image is right when what it starts does its work; that it builds says nothing about that.
Loses the point:
    ENTRYPOINT ["/usr/local/bin/servr"]        (there is no such program in the image)
Earns it:
    ENTRYPOINT ["/usr/local/bin/server"]
"""

from grader.checks import check
from grader.checks._runs import memory
from grader.checks._text import line_of
from grader.model import Observation, Params, Run, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    seconds: float = 1.5  # after which a container that still runs has started


@check(practice="running", probes=lambda p: [Run(seconds=p.seconds)])
def container_starts(seen: Observation, p: Parameters) -> Verdict:
    run = seen.of(Run(seconds=p.seconds))
    if not run.error and run.exit_code in (None, 0):
        how = f"it still ran after {p.seconds:g} s" if run.exit_code is None else "it ended with exit code 0"
        return passed(f"the container was started, and {how}")
    said = "\n".join(f"{run.stdout}\n{run.stderr}".strip().splitlines()[-6:])
    what = run.error or f"the container ended with exit code {run.exit_code} after {run.took:.1f} s"
    what += memory(run.memory_bytes)
    return failed(
        line=line_of(seen, "ENTRYPOINT", "CMD", "FROM"),
        seen=f"{what}\n{said}".strip(),
        expected=f"a container that runs for {p.seconds:g} s, or ends with exit code 0",
        hints=(
            "Start the image yourself, and read what docker run and the container's log say.",
            "Is the program where the image looks for it, and may its user start it?",
        ),
    )
