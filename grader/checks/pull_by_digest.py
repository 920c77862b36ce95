"""The name by which the image is pulled holds its digest.

Looks at: the name under `pull` in the file of answers: the registry's address, the repository, and the digest of the
manifest that was handed in.
Why it matters: a tag can be moved to another image at any time. A digest is made of the bytes themselves: who pulls by
it gets exactly this image, or nothing.
Loses the point:
    pull = "127.0.0.1:5000/web:1"
Earns it:
    pull = "127.0.0.1:5000/web@sha256:0f1e…"
"""

from grader.checks import check
from grader.checks._manifest import FILE
from grader.checks._named import one_named, texts
from grader.model import Observation, Params, Verdict
from grader.model.reference import reference

HINTS = (
    "What did docker push say last, and which part of it is the digest?",
    "Is it the digest of the manifest, or that of something that the manifest names?",
    "Look up how a digest is written behind the name of an image.",
)


class Parameters(Params, frozen=True, kw_only=True):
    repository: str  # without the registry's address


@check(practice="archives", needs=("answers_can_be_read", "manifest_handed_in"))
def pull_by_digest(seen: Observation, p: Parameters) -> Verdict:
    name = reference("".join(texts(seen, "pull")).removeprefix("docker pull").strip())
    host, _, repository = name.repository.partition("/")
    right = repository == p.repository and ("." in host or ":" in host or host == "localhost")
    return one_named(seen, "pull", right and name.digest in seen.attached[FILE].digests, HINTS)
