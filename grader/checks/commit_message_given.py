"""The commit says why it was made.

Looks at: the comments of the rows of the image's history that made the layers above the base image.
Why it matters: a Dockerfile can be read, a commit cannot: how the container came to be as it is stands nowhere. A
sentence in the history is all that is left for the next reader.
Loses the point:
    docker commit web web:1
Earns it:
    docker commit --message "state of web before the upgrade" web web:1
"""

from grader.checks import check
from grader.model import Observation, Verdict, failed, passed

LETTERS = 3
BUILDS = "buildkit."


@check(practice="archives")
def commit_message_given(seen: Observation) -> Verdict:
    rows = [row for row in seen.built.history if row.layer is not None and row.layer >= seen.base_layers]
    said = [row.comment.strip() for row in rows if not row.comment.startswith(BUILDS)]
    message = next((text for text in reversed(said) if sum(letter.isalnum() for letter in text) >= LETTERS), "")
    if message:
        return passed(f"the history says: {message[:100]}")
    if rows and not said:
        seen_there = "the layers above the base image were made by a build, not by a commit"
    else:
        seen_there = "no row of the history above the base image has a comment"
    return failed(
        seen=seen_there,
        expected="a sentence that says why the image was made",
        hints=(
            "Look at the last column of the image's history.",
            "Which options does docker commit have? One of them is for this.",
        ),
    )
