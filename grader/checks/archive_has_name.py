"""The image in the archive has the name that was asked for.

Looks at: the names, with their tags, that the archive gives its image.
Why it matters: whoever loads the archive finds the image under the name that is in it. Saved by its id, an image
arrives without a name, and somebody has to find out what it is.
Loses the point:
    docker save -o image.tar 4f5e6d7c8b9a
Earns it:
    docker save -o image.tar web:1
"""

from grader.checks import check
from grader.model import Observation, Params, Verdict, failed, passed
from grader.model.reference import reference


class Parameters(Params, frozen=True, kw_only=True):
    image: str  # its name with the tag


@check(practice="archives")
def archive_has_name(seen: Observation, p: Parameters) -> Verdict:
    tags = seen.built.tags
    if reference(p.image) in (reference(tag) for tag in tags):
        return passed(f"the image is called {p.image}")
    return failed(
        seen=f"the image is called {', '.join(tags[:5])}" if tags else "the image has no name",
        expected=p.image,
        hints=(
            "What does docker load say when you load the archive?",
            "Which word did you give to the command that wrote the archive: a name with its tag, or an id?",
            "Look up docker tag.",
        ),
    )
