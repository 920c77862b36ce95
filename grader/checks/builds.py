"""The Dockerfile builds.

Looks at: what the engine said when it built the Dockerfile with its build context.
Why it matters: an image is what the build leaves behind; where the build stops, there is nothing to run and nothing to
measure.
Loses the point:
    COPY ap.py /app/        (there is no ap.py in the build context)
Earns it:
    COPY app.py /app/
"""

from grader.checks import check
from grader.model import Observation, Verdict, failed, not_judged, passed


@check(practice="building", needs=())
def builds(seen: Observation) -> Verdict:
    if seen.fault:
        return not_judged(seen.fault, machine=True)
    if seen.syntax_error:
        return failed(
            line=seen.syntax_line or None,
            seen=seen.syntax_error,
            expected="a Dockerfile that the builder can read",
            hints=(
                "Look at the line above, letter by letter.",
                "Which instructions are there, and how is this one spelt?",
            ),
        )
    build = seen.build
    if build is None:
        return not_judged("it was not built", machine=True)
    if build.failure is None:
        ran = len(build.ran)
        return passed(f"built in {build.seconds:.1f} s: {len(build.steps)} steps, {ran} of them run now")
    failure = build.failure
    message = failure.message.removeprefix(f"Line {failure.line}: ")
    said = f"\n{failure.output}" if failure.output else ""
    return failed(
        line=failure.line,
        seen=f"{message}{said}",
        expected="every step of the build ends well",
        hints=(
            "Read the last lines that the step printed: they come from the command itself.",
            "Does the file or command that it names exist at that moment of the build?",
        ),
    )
