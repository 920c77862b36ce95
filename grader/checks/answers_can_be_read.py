"""The file of answers can be read.

Looks at: whether answers.toml is TOML: one line `question = answer`, texts in quotes, lists in square brackets.
Why it matters: an answer that cannot be read cannot be judged.
Loses the point:
    changed = /etc/passwd
Earns it:
    changed = ["/etc/passwd"]
"""

from grader.checks import check
from grader.model import Observation, Verdict, failed, not_judged, passed


@check(practice="archives", needs=())
def answers_can_be_read(seen: Observation) -> Verdict:
    if seen.fault:
        return not_judged(seen.fault, machine=True)
    if seen.refusal:
        return failed(
            seen=seen.refusal,
            expected="a file in which every answer is a text in quotes, a number, or a list of them",
            hints=(
                "Look at the line that is named, and at its quotes and brackets.",
                "Compare it with the file that you were given.",
            ),
        )
    count = sum(bool(answer) for answer in seen.answered.values())
    return passed(f"{count} {'answer' if count == 1 else 'answers'}")
