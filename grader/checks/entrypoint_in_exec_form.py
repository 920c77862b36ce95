"""ENTRYPOINT starts the program itself, without a shell in between.

Looks at: the entrypoint in the image's configuration.
Why it matters: a shell in front drops the arguments of `docker run`, and is in the way of the signal with which
`docker stop` asks the program to end.
Loses the point:
    ENTRYPOINT /opt/app/server        (becomes /bin/sh -c "/opt/app/server")
Earns it:
    ENTRYPOINT ["/opt/app/server"]
"""

from grader.checks import check
from grader.checks._runs import is_shell_form
from grader.checks._text import line_of
from grader.model import Observation, Verdict, failed, passed


@check(
    practice="entrypoint",
    rules=(
        "hadolint DL3025",
        "buildkit JSONArgsRecommended",
    ),
)
def entrypoint_in_exec_form(seen: Observation) -> Verdict:
    config = seen.built.config
    if not config.entrypoint:
        return failed(
            line=line_of(seen, "ENTRYPOINT", "CMD"),
            seen=f"the image has no entrypoint; its command is {_shown(config.cmd)}",
            expected="an entrypoint that is the program itself",
            hints=(
                "Which of the two instructions for starting is replaced by the arguments of docker run?",
                "Look up how ENTRYPOINT and CMD work together.",
            ),
        )
    if not is_shell_form(config.entrypoint, config.shell):
        return passed(f"the entrypoint is {_shown(config.entrypoint)}")
    hint = "Look up the exec form of ENTRYPOINT."
    if config.entrypoint[-1].lstrip().startswith("["):
        hint = "The exec form is JSON: look up which quotes JSON has, and its commas."
    return failed(
        line=line_of(seen, "ENTRYPOINT"),
        seen=f"the entrypoint is a shell: {_shown(config.entrypoint)}",
        expected="the program itself as the first word",
        hints=("What is process 1 in the container, and what does it do with signals and arguments?", hint),
    )


def _shown(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
