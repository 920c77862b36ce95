"""An image built on this one does not build when its folder lacks the file.

Looks at: the build of a child image whose folder does not hold the file that it is to bring.
Why it matters: ONBUILD acts in somebody else's build. When that one lacks what it needs, it has to stop there, with the
file's name; an image that builds all the same is found to be empty when it runs.
Loses the point:
    ONBUILD COPY *.txt /srv/glossary/        (is content with any .txt at all)
Earns it:
    ONBUILD COPY words.txt /srv/glossary/
"""

from grader.checks import check
from grader.checks._child import trigger_line, why_not
from grader.model import Child, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    child: str  # its folder, in the exercise's folder
    lacks: str  # the file that is not there


@check(practice="building on it", needs=("builds", "child_builds"), probes=lambda p: [Child(context=p.child)])
def child_refused(seen: Observation, p: Parameters) -> Verdict:
    build = seen.of(Child(context=p.child)).build
    if build.failure is not None and p.lacks in f"{build.failure.message}\n{build.failure.output}":
        return passed(f"without {p.lacks} the child's build stopped: {why_not(build)}")
    what = f"a child without {p.lacks} was built in {build.seconds:.1f} s"
    if build.failure is not None:
        what = f"a child without {p.lacks} was not built, and the reason does not name it: {why_not(build)}"
    return failed(
        line=trigger_line(seen, build),
        seen=what,
        expected=f"a build that stops and names {p.lacks}",
        hints=(
            "What does the kept instruction do when the file is not in the child's folder?",
            "Look up what COPY does when a name, and when a pattern, matches nothing.",
        ),
    )
