"""What only the build needs is not in the environment of the containers.

Looks at: the names of the variables in the image's configuration.
Why it matters: a variable that is left in the image reaches every program of every container, and somebody will take it
for a setting that can be changed there. ARG is there while the image is built, and gone afterwards.
Loses the point:
    ARG EDITION=spring
    ENV EDITION=$EDITION
Earns it:
    ARG EDITION=spring
"""

from grader.checks import check
from grader.checks._text import last_line
from grader.model import Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    names: tuple[str, ...]  # variables that no container has


@check(practice="environment")
def environment_unset(seen: Observation, p: Parameters) -> Verdict:
    there = seen.built.config.environment
    left = [name for name in p.names if name in there]
    if not left:
        return passed(f"{', '.join(p.names)} is not among the {len(there)} variables of a container")
    return failed(
        line=last_line(seen, lambda one: one.name == "ENV" and any(name in one.text for name in left)),
        seen="each container has " + ", ".join(f"{name}={there[name]}" for name in left),
        expected=f"no {' and no '.join(left)} in the image's environment",
        hints=(
            "Let a container of your image print its environment.",
            "Which instruction sets a variable for the build only?",
            "Look up how ARG and ENV differ.",
        ),
    )
