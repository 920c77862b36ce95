"""The program is where it was asked for, and the image's user can start it.

Looks at: what happens when the file at that path is started in a container of the image, as the image's user; where
the exercise asks for it, also whether it is the program that was given.
Why it matters: a file that is copied to another place, or without the right to execute it, is found out only when the
container starts.
Loses the point:
    COPY server /opt/app        (a file called /opt/app; there is no folder)
Earns it:
    COPY --chmod=755 server /opt/app/bin/
"""

from grader.checks import check
from grader.checks._text import last_line
from grader.model import AnyProbe, Files, Observation, Params, Run, RunSeen, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # of the program, absolute
    arguments: tuple[str, ...] = ()  # with which it ends by itself, with exit code 0
    output: str = ""  # a piece of what it then prints
    holds: str = ""  # where it has to be the program that was given: a piece of its text


def _run(p: Parameters) -> Run:
    return Run(entrypoint=p.path, arguments=p.arguments)


def _text(p: Parameters) -> Files:
    return Files(paths=(p.path,), follow=True, contents=True)


def _probes(p: Parameters) -> list[AnyProbe]:
    return [Files(paths=(p.path,)), _run(p), *([_text(p)] if p.holds else [])]


@check(practice="copy", probes=_probes)
def program_in_image(seen: Observation, p: Parameters) -> Verdict:
    run = seen.of(_run(p))
    given = not p.holds or p.holds in seen.of(_text(p)).contents.get(p.path, "")
    if given and _works(run, p.output):
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
    elif not given and _works(run, p.output):
        what, expected = f"{p.path} starts, and is another program than the one that was given", "the program as given"
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
