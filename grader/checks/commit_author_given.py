"""The image says who made it.

Looks at: the author in the image's configuration.
Why it matters: an image that was committed by hand cannot be made again from a file. Whoever meets it later has to be
able to ask somebody.
Loses the point:
    docker commit web web:1
Earns it:
    docker commit --author "Mia Harbour <mia@example.org>" web web:1
"""

from grader.checks import check
from grader.model import Observation, Verdict, failed, passed


@check(practice="archives")
def commit_author_given(seen: Observation) -> Verdict:
    author = seen.built.config.author.strip()
    if any(letter.isalnum() for letter in author):
        return passed(f"the author is {author[:100]}")
    return failed(
        seen="the image has no author",
        expected="the name of whoever made the image, in the field for it",
        hints=(
            "Inspect the image: which field is for the author, and what is in it?",
            "A label is another place. Which option of docker commit fills the field?",
        ),
    )
