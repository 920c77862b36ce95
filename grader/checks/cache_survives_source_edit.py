"""Editing the source does not run the dependency step again.

Looks at: the steps that ran when the image was built a second time, after one line had been added to a source file.
Why it matters: the first step that cannot be reused makes every later step run. Copying all the source before the
dependencies are installed turns each one-line change into a full installation.
Loses the point:
    COPY . .
    RUN pip install -r requirements.txt
Earns it:
    COPY requirements.txt .
    RUN pip install -r requirements.txt
    COPY . .
"""

from grader.checks import check
from grader.checks._cached import because
from grader.checks._commands import runs
from grader.model import (
    AnyProbe,
    Dockerfile,
    Files,
    Observation,
    Params,
    Rebuild,
    RebuildSeen,
    Step,
    Verdict,
    failed,
    passed,
)


class Parameters(Params, frozen=True, kw_only=True):
    edit: str  # the source file that a developer edits all day
    step: str  # the command that must not run again
    leaves: str = ""  # what the command leaves in the image (`*` as in a shell), where a script may hide the command
    prints: str = ""  # what the command prints when it runs, for the same reason


def _probes(p: Parameters) -> list[AnyProbe]:
    return [Rebuild(edit=p.edit), *([Files(paths=(p.leaves,))] if p.leaves else [])]


@check(practice="cache", probes=_probes)
def cache_survives_source_edit(seen: Observation, p: Parameters) -> Verdict:
    again = seen.of(Rebuild(edit=p.edit))
    if again.build.failure is not None:
        return failed(
            line=again.build.failure.line,
            seen=f"after an edit of {p.edit} it no longer builds: {again.build.failure.message}",
            expected="a second build that ends well",
            hints=("Which step depends on what exactly stands in the file?",),
        )
    ran = next((step for step in again.ran if _is_it(step, seen.text, p)), None) or _unseen(seen, again, p)
    if ran is None:
        return _never_ran_again(seen, p)
    miss = _cause(ran, again)
    where = f"line {ran.line}" if ran.line else ran.command
    return failed(
        line=miss.line,
        seen=f"{where} ran again ({ran.took:.1f} s) after one line had been added to {p.edit}{because(miss, again)}",
        expected=f"'{p.step}' from the cache",
        hints=(
            "Which line is the first to bring the edited file into the build?",
            "Which files does the installation really need?",
            "One file can be copied before the others: look up how COPY uses the cache.",
        ),
    )


def _never_ran_again(seen: Observation, p: Parameters) -> Verdict:
    steps = seen.build.steps if seen.build else ()
    # A command that only seems to install, such as a dry run, leaves nothing.
    if _left_something(seen, p) if p.leaves else any(_is_it(step, seen.text, p) for step in steps):
        return passed(f"one line was added to {p.edit}, and '{p.step}' came from the cache")
    return failed(
        seen=f"none of the {len(steps)} steps of the build has installed anything with '{p.step}'",
        expected=f"'{p.step}' while the image is built, and from the cache after an edit of {p.edit}",
        hints=(
            "What does the program need besides its own source, and when does it get there?",
            "What is done when the container starts is done at each start.",
        ),
    )


def _left_something(seen: Observation, p: Parameters) -> bool:
    return bool(p.leaves) and bool(seen.of(Files(paths=(p.leaves,))).files)


def _unseen(seen: Observation, again: RebuildSeen, p: Parameters) -> Step | None:
    """A quiet script has installed it: no step shows the command, something was left, and every RUN ran again."""
    scripts = [step for step in again.build.steps if step.command.upper().startswith("RUN")]
    known = any(_is_it(step, seen.text, p) for step in (*again.build.steps, *(seen.build.steps if seen.build else ())))
    if known or not scripts or any(step.cached for step in scripts) or not _left_something(seen, p):
        return None
    return scripts[0]


def _is_it(step: Step, text: Dockerfile, p: Parameters) -> bool:
    if p.prints and p.prints in step.output:
        return True
    return any(runs(one, p.step) for one in text.instructions if one.start == step.line)


def _cause(ran: Step, again: RebuildSeen) -> Step:
    """The copy that made it run again: the first in its own stage, else the first step that ran at all."""
    steps = again.ran[: again.ran.index(ran)]
    copies = [step for step in steps if step.stage == ran.stage and step.command.upper().startswith(("COPY", "ADD"))]
    return next(iter(copies), again.first_miss or ran)
