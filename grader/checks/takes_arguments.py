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

from grader.checks import check
from grader.checks._runs import docker_run, outcome, said
from grader.checks._text import line_of
from grader.model import Observation, Params, Run, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    arguments: tuple[str, ...]  # typed behind the image's name; {nonce} stands for characters that are others each time
    output: str  # a piece of what the program then prints, with {nonce} where it is in the arguments


@check(practice="entrypoint", probes=lambda p: [Run(arguments=p.arguments)])
def takes_arguments(seen: Observation, p: Parameters) -> Verdict:
    run = seen.of(Run(arguments=p.arguments))
    typed, output = docker_run(map(run.put_in, p.arguments)), run.put_in(p.output)
    if run.exit_code == 0 and output in said(run):
        return passed(f"{typed} printed: {output}")
    return failed(
        line=line_of(seen, "ENTRYPOINT", "CMD"),
        seen=f"{typed}\n{outcome(run)}",
        expected=f"exit code 0, and: {output}",
        hints=(
            "What exactly is started, and where in it do the typed arguments stand?",
            "Look up what becomes of the arguments with each form of ENTRYPOINT.",
        ),
    )
