"""A command that fails makes the build fail, in a pipe and in a here-document too.

Looks at: a build whose context has a file that the command cannot work with.
Why it matters: a shell answers for its last command only. Where an earlier one fails, in a pipe or in a script of
several lines, the step goes on, and the image is made all the same, with half of what should be in it.
Loses the point:
    RUN heights tides.csv | sort > /srv/heights
Earns it:
    SHELL ["/bin/sh", "-o", "pipefail", "-c"]
    RUN heights tides.csv | sort > /srv/heights
"""

from grader.checks import check
from grader.checks._text import last_line, whole
from grader.model import BuildWith, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    file: str  # of the build context
    text: str  # what is in it then, and makes the command fail
    command: str  # a piece of the command


def _probe(p: Parameters) -> BuildWith:
    return BuildWith(files=((p.file, p.text),))


@check(practice="shell", probes=lambda p: [_probe(p)], rules=("hadolint DL4006",))
def broken_input_fails_the_build(seen: Observation, p: Parameters) -> Verdict:
    failure = seen.of(_probe(p)).build.failure
    if failure is not None and failure.cause == "step":
        return passed(f"with a broken {p.file} the build ends in line {failure.line}", line=failure.line)
    line = last_line(seen, lambda one: one.name == "RUN" and p.command in whole(one))
    return failed(
        line=failure.line if failure else line,
        seen=f"with a broken {p.file} "
        + (f"the build ends for another reason: {failure.message}" if failure else "the build goes well all the same"),
        expected=f"a build that fails where {p.command} fails",
        hints=(
            "Break the file yourself and build: what does the step end with?",
            "Whose exit code is that of a pipe, and of a script with several lines?",
            "Look up pipefail and set -e, and the instruction that says which shell runs the steps.",
        ),
    )
