"""What the checks of a secret share: how it is given to a build, and the build that is looked at."""

from __future__ import annotations

from grader.model import BuildWith, BuildWithSeen, Files, Params, Verdict, failed


class SecretParameters(Params, frozen=True, kw_only=True):
    secret: str  # the id of the secret
    value: str  # what it is; {nonce} stands for characters that are others each time
    file: str  # the file of the build context that holds it as well
    argument: str  # the build argument that holds it as well
    result: str  # the file of the image that is made with it, absolute
    given: str = ""  # the value that the learner was given to try it with


def with_another(p: SecretParameters) -> BuildWith:
    """The build with another secret, which is given in every way that somebody may take it."""
    return BuildWith(
        arguments=((p.argument, p.value),),
        secrets=((p.secret, f"{p.value}\n"),),
        files=((p.file, f"{p.value}\n"),),
        look=Files(paths=(p.result,), contents=True, follow=True),
        traces=(p.value, p.given) if p.given else (p.value,),
    )


def unbuilt(seen: BuildWithSeen, p: SecretParameters) -> Verdict | None:
    """The failed verdict where that build has failed."""
    failure = seen.build.failure
    if failure is None:
        return None
    return failed(
        line=failure.line,
        seen=f"with another {p.secret}, the build failed: {failure.message}\n{failure.output}".strip(),
        expected=f"a build that takes whatever {p.secret} it is given",
        hints=("Does a step hold the secret itself?", "Look up RUN --mount=type=secret."),
    )
