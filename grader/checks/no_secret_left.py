"""The secret that the build needs is nowhere in the image.

Looks at: every file of every layer, the history, the environment, the labels and what the steps print, after a build
with a secret that was made up for it; encoded in base64 or in hexadecimal it is found as well.
Why it matters: whoever has the image can read all of its layers, also a file that a later step deletes, and
`docker history` shows the values of build arguments.
Loses the point:
    ARG TOKEN
    RUN fetch --token "$TOKEN"
    or  COPY token.txt /tmp/   and later  RUN rm /tmp/token.txt
Earns it:
    RUN --mount=type=secret,id=token fetch --token "$(cat /run/secrets/token)"
"""

from grader.checks import check
from grader.checks._secret import SecretParameters, unbuilt, with_another
from grader.model import Observation, Trace, Verdict, failed, passed

SHOWN = 5


class Parameters(SecretParameters, frozen=True, kw_only=True):
    pass


@check(
    practice="secrets",
    needs=("builds", "secret_used"),
    probes=lambda p: [with_another(p)],
    rules=("buildkit SecretsUsedInArgOrEnv",),
)
def no_secret_left(seen: Observation, p: Parameters) -> Verdict:
    other = seen.of(with_another(p))
    if verdict := unbuilt(other, p):
        return verdict
    if not other.traces:
        value = p.value.replace("{nonce}", other.nonce)
        return passed(f"{value} was given to the build, and is in no layer, no setting and no row of the history")
    places = list(dict.fromkeys(_place(trace) for trace in other.traces))
    more = f"\nand in {len(places) - SHOWN} more places" if len(places) > SHOWN else ""
    return failed(
        line=_line(other.traces),
        seen="\n".join(places[:SHOWN]) + more,
        expected=f"no trace of the {p.secret} in the image and in what its build prints",
        hints=(
            "Look at docker history --no-trunc, and at the files of the layer that is named above.",
            "Deleting a file in a later step leaves it in the layer that brought it.",
            "Look up how a RUN step is lent a secret, which is gone when the step ends.",
        ),
    )


def _line(traces: tuple[Trace, ...]) -> int | None:
    """The first line that is known, of an ARG only where there is no other: older engines do not show its value."""
    lines = [(trace.name.startswith("ARG "), trace.line) for trace in traces if trace.line]
    return next((line for is_arg, line in lines if not is_arg), lines[0][1] if lines else None)


def _place(trace: Trace) -> str:
    at = f" (line {trace.line})" if trace.line else ""
    shown = f"{trace.text[:9]}…"
    match trace.where:
        case "layer":
            return f"{shown} is in {trace.name}, which a layer stores{at}"
        case "environment":
            return f"{shown} is the variable {trace.name} of each container{at}"
        case "history":
            return f"{shown} is in docker history{at}: {trace.name.partition('=')[0]}…"
        case "output":
            return f"{shown} was printed while building{at}"
    return f"{shown} is in the image's configuration{at}"
