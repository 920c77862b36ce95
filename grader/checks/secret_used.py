"""The build uses the secret that it is given.

Looks at: the file that is made with the secret, after a build with a secret that was made up for it.
Why it matters: a token that was written into the Dockerfile is there for everybody who reads it, and when it is changed
the build goes on with the old one.
Loses the point:
    RUN TOKEN=dock_12ab34cd fetch
Earns it:
    RUN --mount=type=secret,id=token fetch --token-file /run/secrets/token
"""

from hashlib import sha256

from grader.checks import check
from grader.checks._secret import SecretParameters, unbuilt, with_another
from grader.checks._text import line_about
from grader.model import Observation, Verdict, failed, passed


class Parameters(SecretParameters, frozen=True, kw_only=True):
    digits: int = 12  # how many of the first digits of the secret's SHA-256 sum are in the file


@check(practice="secrets", probes=lambda p: [with_another(p)])
def secret_used(seen: Observation, p: Parameters) -> Verdict:
    other = seen.of(with_another(p))
    if verdict := unbuilt(other, p):
        return verdict
    value = p.value.replace("{nonce}", other.nonce)
    mark = sha256(value.encode()).hexdigest()[: p.digits]
    file = other.look.at(p.result) if other.look else None
    text = other.look.contents.get(p.result, "") if other.look else ""
    if mark in text:
        return passed(f"with another {p.secret}, {p.result} is another one: {text.strip()[:80]}")
    there = f"{p.result} holds: {text.strip()[:80]}" if file else f"there is no {p.result}"
    return failed(
        line=line_about(seen, p.result, file),
        seen=f"with another {p.secret}, {there}",
        expected=f"{p.result} made with the {p.secret} that the build was given, so with {mark} in it",
        hints=(
            "Build with another secret yourself, and look at the file.",
            "Where does the step get the secret from, and would it notice another one?",
            "Look up RUN --mount=type=secret.",
        ),
    )
