"""The account that was added is named.

Looks at: the name under `account` in the file of answers.
Why it matters: an account is a way back in. It stays in everything that is made of the container's files afterwards.
Loses the point:
    account = "root"        (it was there before)
Earns it:
    account = "guest"
"""

from grader.checks import check
from grader.checks._named import one_named, texts
from grader.model import Observation, Params, Verdict

HINTS = (
    "In which file does a Linux system keep its accounts, and is it among those that were changed?",
    "Compare that file in the container with the one in the image below.",
    "Look up docker cp, which also takes files out of a container.",
)


class Parameters(Params, frozen=True, kw_only=True):
    account: str  # the right name


@check(practice="evidence")
def account_named(seen: Observation, p: Parameters) -> Verdict:
    return one_named(seen, "account", texts(seen, "account") == (p.account,), HINTS)
