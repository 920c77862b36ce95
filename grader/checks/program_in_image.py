"""The program is where it was asked for, and the image's user can start it.

Looks at: what happens when the file at that path is started in a container of the image, as the image's user.
Why it matters: a file that is copied to another place, or without the right to execute it, is found out only when the
container starts.
Loses the point:
    COPY server /opt/app        (a file called /opt/app; there is no folder)
Earns it:
    COPY --chmod=755 server /opt/app/bin/
"""

from grader.checks import check
from grader.checks._text import last_line
from grader.model import Files, Observation, Params, Run, RunSeen, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # of the program, absolute
    arguments: tuple[str, ...] = ()  # with which it ends by itself, with exit code 0
    output: str = ""  # a piece of what it then prints


def _run(p: Parameters) -> Run:
    return Run(entrypoint=p.path, arguments=p.arguments)


@check(practice="copy", probes=lambda p: [Files(paths=(p.path,)), _run(p)])
def program_in_image(seen: Observation, p: Parameters) -> Verdict:
    run = seen.of(_run(p))
    if _works(run, p.output):
        return passed(f"{p.path} starts: {(run.stdout or run.stderr).strip().splitlines()[0][:80]}")
    file = seen.of(Files(paths=(p.path,))).at(p.path)
    user = seen.built.config.user or "root"
    if file is None:
        what, expected = f"there is no {p.path} in the image", f"the program at {p.path}"
    elif file.kind == "file" and not file.mode & 0o111:
        what, expected = (
            f"{p.path} has the mode {file.mode:04o}, so nobody can execute it",
            "a file that can be executed",
        )
    else:
        said = run.error or (run.stderr or run.stdout).strip()[-200:] or "it printed nothing"
        code = "" if run.exit_code is None else f" with exit code {run.exit_code}"
        what, expected = (
            f"{p.path}, started by the user {user}, ended{code}: {said}",
            f"a program that the user {user} can start",
        )
    name = p.path.rpartition("/")[2]
    return failed(
        line=last_line(seen, lambda one: one.name in ("COPY", "ADD", "RUN") and name in one.text),
        seen=what,
        expected=expected,
        hints=(
            "Where does the file end up, and what is its mode there?",
            "A target that ends in a slash is a folder; one that does not may become the file itself.",
            "Look up the target path of COPY, and its --chmod.",
        ),
    )


def _works(run: RunSeen, output: str) -> bool:
    return not run.error and run.exit_code == 0 and bool(said := (run.stdout + run.stderr).strip()) and output in said
