"""The container prints what it was asked to.

Looks at: what `docker run` prints, and the exit code, for the arguments and variables that the exercise gives; and
what the same container prints when it is started again, where the exercise asks for that.
Why it matters: what an image is worth shows when a container of it runs. That a build ends well says nothing about
it.
Loses the point:
    CMD ["report", "--montly"]        (the program knows no such option)
Earns it:
    CMD ["report", "--monthly"]
"""

import msgspec

from grader.checks import check
from grader.checks._runs import docker_run, outcome, said
from grader.checks._text import line_of
from grader.model import Observation, Params, Run, Verdict, failed, passed


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run: how it is started, a piece of what it prints, and its exit code.

    `{nonce}` stands for characters that are others each time.
    """

    output: str
    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    exit_code: int = 0
    starts: int = 1  # of the same container, one after the other; `output` is in what they print together


class Parameters(Params, frozen=True, kw_only=True):
    runs: tuple[Wanted, ...]  # each with `output`, and where needed `arguments`, `environment` and `exit_code`


def _run(one: Wanted) -> Run:
    return Run(arguments=one.arguments, environment=one.environment, starts=one.starts)


@check(practice="running", probes=lambda p: [_run(one) for one in p.runs])
def command_prints(seen: Observation, p: Parameters) -> Verdict:
    for one in p.runs:
        run = seen.of(_run(one))
        output = run.put_in(one.output)
        if run.error or run.exit_code != one.exit_code or output not in said(run):
            return failed(
                line=line_of(seen, "ENTRYPOINT", "CMD"),
                seen=f"{run.put_in(_shown(one))}\n{outcome(run)}",
                expected=f"exit code {one.exit_code}, and printed: {output}",
                hints=(
                    "Run the image yourself with these arguments, and read what it says.",
                    "Start a shell in a container of the image: is all there that the program needs?",
                ),
            )
    return passed("; ".join(seen.of(_run(one)).put_in(f"{_shown(one)} prints: {one.output}") for one in p.runs))


def _shown(one: Wanted) -> str:
    variables = "".join(f" -e {entry}" for entry in one.environment)
    again = "" if one.starts == 1 else f", and the same container started again, {one.starts} times in all"
    return docker_run(one.arguments).replace("docker run", f"docker run{variables}", 1) + again
