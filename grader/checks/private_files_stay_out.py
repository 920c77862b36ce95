"""What is not meant for the image is in none of its layers.

Looks at: the image that is built after files with contents of their own were put into the folder: passwords, the
history in .git, raw data. They are searched for in the image's files, whatever their names are there, and in what a
later layer hides.
Why it matters: an image goes to a registry and from there to everybody. What a COPY of the whole folder has picked up
goes with it, and a later rm only hides it.
Loses the point:
    COPY . /srv/www/        (without a .dockerignore)
    RUN rm -rf /srv/www/.git
Earns it:
    **/.env in a line of .dockerignore
    COPY . /srv/www/
"""

from grader.checks import check
from grader.checks._text import takes_from_context
from grader.model import Observation, Params, Planted, PlantedFile, Verdict, failed, not_applicable, passed


class Parameters(Params, frozen=True, kw_only=True):
    plant: tuple[tuple[str, int], ...]  # files to put into the folder: path, bytes


@check(practice="dockerignore", probes=lambda p: [Planted(files=p.plant)])
def private_files_stay_out(seen: Observation, p: Parameters) -> Verdict:
    planted = seen.of(Planted(files=p.plant))
    if not takes_from_context(seen.text):
        return not_applicable("no instruction takes anything from the build context")
    if planted.build.failure is not None:
        return failed(
            line=planted.build.failure.line,
            seen=f"with {len(p.plant)} more files in the folder it no longer builds: {planted.build.failure.message}",
            expected="the same image, whatever else lies in the folder",
            hints=("Which step takes more files than it needs?",),
        )
    found = [file for file in planted.files if file.at or file.hidden]
    if not found:
        return passed(f"of {len(planted.files)} files that are not meant for the image, none is in it")
    shown = "\n".join(_shown(file) for file in found[:5])
    return failed(
        line=next((file.line for file in found if file.line), None),
        seen=f"{len(found)} of {len(planted.files)} files that are not meant for the image are in it:\n{shown}",
        expected="none of them, in no layer",
        hints=(
            "Which step brings them in, and what keeps them out of what it copies?",
            "What is deleted in a later step is still in the layer before it.",
            "Look up .dockerignore, and what a pattern without a slash matches in it.",
        ),
    )


def _shown(file: PlantedFile) -> str:
    return f"{file.path} at {file.at[0]}" if file.at else f"{file.path} in a layer, hidden by a later one"
