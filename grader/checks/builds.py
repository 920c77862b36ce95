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
        count, cached = len(build.steps), len(build.steps) - len(build.ran)
        steps, which = ("step", "") if count == 1 else ("steps", f"{cached} of them ")
        kept = f", {which}taken from the build cache" if cached else ""
        return passed(f"built in {build.seconds:.1f} s: {count} {steps}{kept}")
    failure = build.failure
    if failure.cause in ("base_image", "not_permitted"):
        return failed(
            line=failure.line,
            seen=failure.message.removeprefix(f"Line {failure.line}: "),
            expected="the build takes its files from the build context and from the images that the task names",
            hints=(
                "Compare what the line above names with the images in the task, letter by letter.",
                "What may a step take files from, where there is no network?",
            ),
            specific=True,
        )
    return failed(
        line=failure.line,
        seen=f"{failure.headline} It printed:\n{failure.output}" if failure.output else failure.message,
        expected="every step of the build ends well",
        hints=(
            "Read the last lines that the step printed: they come from the command itself.",
            "Does the file or command that it names exist at that moment of the build?",
        ),
    )
