"""Without arguments a default is used, and arguments take its place.

Looks at: what a container of the image prints without arguments, and whether that is gone when there are some.
Why it matters: a default lets people try the image at once. A default that cannot be replaced makes them build another
image for each message, port or file.
Loses the point:
    ENTRYPOINT ["lamp", "--station", "harbour", "all", "clear"]        (what is typed comes behind the default)
Earns it:
    ENTRYPOINT ["lamp", "--station", "harbour"]
    CMD ["all", "clear"]
"""

from grader.checks import check
from grader.checks._runs import docker_run, is_shell_form, outcome, said
from grader.checks._text import line_of
from grader.model import Observation, Params, Run, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    default: str  # a piece of what is printed without arguments, and only then
    arguments: tuple[str, ...]  # that take the default's place; {nonce} stands for characters that are others each time


@check(practice="entrypoint", probes=lambda p: [Run(), Run(arguments=p.arguments)])
def command_replaceable(seen: Observation, p: Parameters) -> Verdict:
    plain, typed = seen.of(Run()), seen.of(Run(arguments=p.arguments))
    if plain.exit_code != 0 or p.default not in said(plain):
        config = seen.built.config
        drops_it = bool(config.cmd) and is_shell_form(config.entrypoint, config.shell)
        return failed(
            line=line_of(seen, *(("ENTRYPOINT", "CMD") if drops_it else ("CMD", "ENTRYPOINT"))),
            seen=f"{docker_run()}\n{outcome(plain)}",
            expected=f"exit code 0, and: {p.default}",
            hints=(
                "What does the program get when nothing is typed behind the image's name?",
                "Look up which instruction gives arguments that docker run may replace.",
            ),
        )
    if p.default in said(typed):
        return failed(
            line=line_of(seen, "ENTRYPOINT", "CMD"),
            seen=f"{docker_run(map(typed.put_in, p.arguments))}\n{outcome(typed)}",
            expected=f"the typed arguments in the place of: {p.default}",
            hints=(
                "Which of the two instructions for starting is kept, and which is replaced?",
                "Look up how ENTRYPOINT and CMD are put together.",
            ),
        )
    return passed(f"{docker_run()} printed: {p.default}; with arguments that is gone")
