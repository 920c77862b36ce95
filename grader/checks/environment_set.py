"""The variables are set in the environment of each container.

Looks at: the environment in the image's configuration, which every container of it starts with.
Why it matters: a variable that a RUN step exports ends with that step, and one of ARG ends with the build. What the
program is to find when it starts has to be in the image. In a Dockerfile `$` is the start of a variable's name.
Loses the point:
    ARG HARBOUR=Hamburg
    or  RUN export HARBOUR=Hamburg
Earns it:
    ENV HARBOUR=Hamburg
"""

from grader.checks import check
from grader.checks._text import last_line
from grader.model import Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    variables: dict[str, str]  # name -> value, exactly


@check(practice="environment")
def environment_set(seen: Observation, p: Parameters) -> Verdict:
    there = seen.built.config.environment
    wrong = {name: value for name, value in p.variables.items() if there.get(name) != value}
    if not wrong:
        return passed(", ".join(f"{name}={value}" for name, value in p.variables.items()))
    said = [f"{name} is '{there[name]}'" if name in there else f"{name} is not set" for name in wrong]
    return failed(
        line=last_line(seen, lambda one: one.name in ("ENV", "ARG", "RUN") and any(name in one.text for name in wrong)),
        seen="in the image's environment, " + ", ".join(said),
        expected=", ".join(f"{name}={value}" for name, value in wrong.items()),
        hints=(
            "Let a container of your image print its environment.",
            "How long does a variable last that a RUN step sets, or that ARG sets?",
            "Look up ENV, its quotes, and how a dollar sign is written that is meant as one.",
        ),
    )
