"""A build argument changes what is built.

Looks at: what a container prints when the image was built once more, with another value given to `--build-arg`.
Why it matters: one Dockerfile can make several editions of an image, if the value is taken where it is needed. An ARG
before FROM counts for FROM only, one after the step that needs it comes too late, and an ENV of the same name wins.
Loses the point:
    ARG EDITION=spring
    FROM busybox:1.37
    RUN echo "$EDITION" > /edition        (there is no EDITION in this stage)
Earns it:
    FROM busybox:1.37
    ARG EDITION=spring
    RUN echo "$EDITION" > /edition
"""

import msgspec

from grader.checks import check
from grader.checks._runs import docker_run, outcome, said
from grader.checks._text import last_line, whole
from grader.model import BuildWith, Observation, Params, Run, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    argument: str  # the name of the build argument
    value: str  # what it is given; {nonce} stands for characters that are others each time
    output: str  # a piece of what is printed then, with {nonce} where it is in the value
    arguments: tuple[str, ...] = ()  # of docker run
    files: dict[str, str] = msgspec.field(default_factory=dict)  # of the context, by path: their text in this build
    derived: str = ""  # a piece that is printed then because of those files


def _probe(p: Parameters) -> BuildWith:
    files = tuple(p.files.items())
    return BuildWith(arguments=((p.argument, p.value),), files=files, run=Run(arguments=p.arguments))


@check(practice="environment", probes=lambda p: [_probe(p)])
def build_argument_takes_effect(seen: Observation, p: Parameters) -> Verdict:
    other = seen.of(_probe(p))
    value, output = (text.replace("{nonce}", other.nonce) for text in (p.value, p.output))
    how = f"docker build --build-arg {p.argument}={value}"
    if p.files:
        how += f" with another {' and '.join(p.files)}"
    line = last_line(seen, lambda one: p.argument in whole(one))
    hints = (
        "Build the image with this argument yourself, and run it.",
        "From which line on is an ARG known, and in which stage?",
        "Look up the scope of ARG, and what an ENV of the same name does to it.",
    )
    if other.build.failure is not None or other.run is None:
        failure = other.build.failure
        return failed(
            line=failure.line if failure else line,
            seen=f"{how} failed: {failure.message if failure else 'there is no image'}",
            expected="a build that goes well with another value too",
            hints=hints,
        )
    taken = other.run.exit_code == 0 and output in said(other.run)
    if taken and p.derived not in said(other.run):
        files = " and ".join(p.files)
        return failed(
            line=last_line(seen, lambda one: any(name in whole(one) for name in p.files)),
            seen=f"after {how}, {docker_run(p.arguments)} {outcome(other.run)}",
            expected=f"printed, as it follows from that {files}: {p.derived}",
            hints=(
                "Build the image with another file yourself, and look at what it prints.",
                "What in the image is made of the file, and what is written down by hand?",
            ),
        )
    if taken:
        return passed(f"after {how}, {docker_run(p.arguments)} prints: {output}")
    return failed(
        line=line,
        seen=f"after {how}, {docker_run(p.arguments)} {outcome(other.run)}",
        expected=f"printed: {output}",
        hints=hints,
    )
