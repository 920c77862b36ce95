"""The arguments of docker run reach the program, behind what is fixed.

Looks at: what a container of the image prints when it is run with arguments, one of which may hold a space.
Why it matters: an image is used like a program: what belongs to every run is fixed in it, and the rest is typed behind
the image's name. The shell form of ENTRYPOINT drops what is typed, and CMD alone is replaced by it.
Loses the point:
    ENTRYPOINT lamp --station harbour        (a shell gets the arguments, and drops them)
    or  CMD ["lamp", "--station", "harbour"]        (the first argument is taken for the program)
Earns it:
    ENTRYPOINT ["lamp", "--station", "harbour"]
"""

import msgspec

from grader.checks import check
from grader.checks._runs import docker_run, outcome, said
from grader.checks._text import line_of
from grader.model import Observation, Params, Run, Verdict, failed, passed


class Other(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more run: what is typed, and a piece of what the program then prints."""

    arguments: tuple[str, ...]
    output: str


class Parameters(Params, frozen=True, kw_only=True):
    arguments: tuple[str, ...]  # typed behind the image's name; {nonce} stands for characters that are others each time
    output: str  # a piece of what the program then prints, with {nonce} where it is in the arguments
    others: tuple[Other, ...] = ()  # runs with other `arguments`, each with its `output`


def _runs(p: Parameters) -> tuple[Other, ...]:
    return (Other(arguments=p.arguments, output=p.output), *p.others)


@check(practice="entrypoint", probes=lambda p: [Run(arguments=one.arguments) for one in _runs(p)])
def takes_arguments(seen: Observation, p: Parameters) -> Verdict:
    for one in _runs(p):
        run = seen.of(Run(arguments=one.arguments))
        typed, output = docker_run(map(run.put_in, one.arguments)), run.put_in(one.output)
        if run.exit_code != 0 or output not in said(run):
            return failed(
                line=line_of(seen, "ENTRYPOINT", "CMD"),
                seen=f"{typed}\n{outcome(run)}",
                expected=f"exit code 0, and: {output}",
                hints=(
                    "What exactly is started, and where in it do the typed arguments stand?",
                    "Look up what becomes of the arguments with each form of ENTRYPOINT.",
                ),
            )
    run = seen.of(Run(arguments=p.arguments))
    return passed(f"{docker_run(map(run.put_in, p.arguments))} printed: {run.put_in(p.output)}")
