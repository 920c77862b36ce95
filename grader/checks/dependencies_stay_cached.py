"""What the application needs is not installed again after an edit of its source.

Looks at: the steps that ran when the image was built again, after one line had been added to a source file of the
build context, which is found by itself; and among them those that install something (pip, apt-get, npm, go mod and
others). `pip install --no-deps .` installs the application itself, which an edit changes, and is none of them. Where
nothing is installed, or there is no source file, this does not apply.
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

import re
from collections.abc import Iterator

from grader.checks import check
from grader.checks._cached import because
from grader.checks._commands import runs
from grader.checks._text import whole
from grader.model import Instruction, Observation, SourceEdited, Verdict, failed, not_applicable, passed

INSTALL = (
    "pip install", "apt-get install", "apt install", "apk add", "dnf install", "npm install", "npm ci", "yarn install",
    "go mod download", "poetry install", "uv sync", "uv pip install", "bundle install", "gem install", "cargo fetch",
    "composer install",
)  # fmt: skip
PIP = ("pip install", "uv pip install")
COMMANDS = re.compile(r"[\n;&|]")
PROGRAM = re.compile(r"(?:[^\s]*/)?pip[\d.]*")
FOLDER = re.compile(r"\.{1,2}(?:/[\w-]+)*/?(?:\[[\w,-]+\])?")


@check(practice="cache", probes=lambda _: [SourceEdited()])
def dependencies_stay_cached(seen: Observation) -> Verdict:
    again = seen.of(SourceEdited())
    steps = [one for one in seen.text.instructions if _installs(one)]
    if not steps:
        return not_applicable("no step installs anything")
    if again.build is None:
        return not_applicable("there is no source file in the build context")
    if again.build.failure is not None:
        return failed(
            line=again.build.failure.line,
            seen=f"after an edit of {again.edit} it no longer builds: {again.build.failure.message}",
            expected="a second build that ends well",
            hints=("Which step depends on what exactly stands in the file?",),
        )
    lines = {one.start for one in steps}
    ran = next((step for step in again.build.ran if step.line in lines), None)
    if ran is None:
        return passed(f"one line was added to {again.edit}, and what is installed came from the cache")
    copies = (
        step
        for step in again.build.ran
        if step.stage == ran.stage
        and step.command.upper().startswith(("COPY", "ADD"))
        and (step.line or 0) < (ran.line or 0)
    )
    miss = next(copies, ran)
    return failed(
        line=miss.line,
        seen=f"line {ran.line} ran again ({ran.took:.1f} s) after one line had been added to {again.edit}"
        + because(miss, again),
        expected="what is installed comes from the cache",
        hints=(
            "Which line is the first to bring the edited file into the build?",
            "Which files does the installation really need?",
            "One file can be copied before the others: look up how COPY uses the cache.",
        ),
    )


def _installs(one: Instruction) -> bool:
    return any(runs(one, command) for command in INSTALL if not (command in PIP and _itself(one)))


def _itself(one: Instruction) -> bool:
    """Whether all that a RUN installs with pip is the project in a folder, without what it needs."""
    found = list(_installed(whole(one)))
    return bool(found) and all(
        "--no-deps" in words and all(word.startswith("-") or FOLDER.fullmatch(word) for word in words)
        for words in found
    )


def _installed(text: str) -> Iterator[list[str]]:
    """What follows `install` in each command that runs pip."""
    for command in COMMANDS.split(text):
        words = [word.strip("\"'") for word in command.split()]
        at = words.index("install") if "install" in words else 0
        if any(PROGRAM.fullmatch(word) for word in words[:at]):
            yield words[at + 1 :]
