"""An image built on this one gets what its own folder holds, without saying how.

Looks at: a child image, whose Dockerfile in a folder of its own begins FROM this image: its build, and what a container
of it prints.
Why it matters: many images that are made in the same way should not each repeat the way. ONBUILD keeps an instruction
for later: it is done when another image starts from this one, with the files of that other image's folder.
Loses the point:
    COPY words.txt /srv/glossary/        (these are the words of this folder, for every image that starts from it)
Earns it:
    ONBUILD COPY words.txt /srv/glossary/
"""

from grader.checks import check
from grader.checks._child import own_step, trigger_line, why_not
from grader.checks._runs import docker_run, outcome, said
from grader.model import Child, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    child: str  # its folder, in the exercise's folder
    output: str  # what a container of it prints, without arguments and on a read-only file system


@check(practice="building on it", probes=lambda p: [Child(context=p.child)])
def child_builds(seen: Observation, p: Parameters) -> Verdict:
    child = seen.of(Child(context=p.child))
    hints = (
        "With whose files does an instruction work: this folder's, or the child's? When is it done?",
        "Inspect the image: which instructions does it keep for its children, and in which order?",
        "Look up ONBUILD.",
    )
    if child.run is None:
        failure = child.build.failure
        own = " (a step of that image's own, which looks for what yours should have made)"
        whose = own if own_step(seen, child.build) else ""
        output = f"\n{failure.output}" if failure and failure.output else ""
        return failed(
            line=trigger_line(seen, child.build),
            seen=f"an image that starts from this one was not built: {why_not(child.build)}{whose}{output}",
            expected="a child that builds, with the files of its own folder",
            hints=hints,
        )
    if child.run.exit_code == 0 and p.output in said(child.run):
        return passed(f"an image that starts from this one printed: {' '.join(p.output.split())}")
    return failed(
        line=trigger_line(seen, child.build),
        seen=f"an image that starts from this one was built\n{docker_run()}\n{outcome(child.run)}",
        expected=f"exit code 0, and: {p.output}",
        hints=hints,
    )
