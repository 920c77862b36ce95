"""Instructions are written in capitals.

Looks at: the text of the Dockerfile: the first word of each instruction, and of what stands behind ONBUILD.
Why it matters: Docker reads `run` as well as `RUN`; capitals are for people, who tell instructions from arguments at
a glance.
Loses the point:
    from debian:trixie-slim
Earns it:
    FROM debian:trixie-slim
"""

from collections.abc import Iterator

from grader.checks import check
from grader.model import Dockerfile, Instruction, Observation, Verdict, failed, passed


@check(practice="capitals", needs=(), rules=("buildkit ConsistentInstructionCasing",))
def instructions_in_capitals(seen: Observation) -> Verdict:
    every = list(_written(seen.text))
    small = [one for one in every if one.keyword != one.name]
    if not small:
        return passed(f"all {len(every)} instructions are in capitals")
    lines = ", ".join(str(one.start) for one in small[:5]) + (" …" if len(small) > 5 else "")
    return failed(
        line=small[0].start,
        seen=f"{len(small)} of {len(every)} instructions are not in capitals: '{small[0].keyword}' (lines: {lines})",
        expected=f"'{small[0].name}'",
        hints=("Look at the first word of each line named above.",),
    )


def _written(dockerfile: Dockerfile) -> Iterator[Instruction]:
    for one in dockerfile.instructions:
        yield one
        if one.trigger is not None:
            yield one.trigger
