"""The digest of the configuration is named.

Looks at: the digest under `configuration` in the file of answers, against the one in the manifest.
Why it matters: an image has several digests, and they are easily mixed up: that of its manifest, by which it is pulled;
that of its configuration, which many engines show as its id; and one for each layer.
Loses the point:
    configuration = "sha256:0f1e…"        (the digest that docker push said)
Earns it:
    configuration = "sha256:77ab…"        (the one that the manifest has under config)
"""

from grader.checks import check
from grader.checks._manifest import manifest, same_digest
from grader.checks._named import one_named, texts
from grader.model import Observation, Verdict

HINTS = (
    "The manifest names everything that belongs to the image. Where is the configuration?",
    "Which of the digests is for how the image is started, and which are for its files?",
)


@check(practice="archives", needs=("answers_can_be_read", "manifest_handed_in"))
def config_digest_named(seen: Observation) -> Verdict:
    found = manifest(seen)
    given = "".join(texts(seen, "configuration"))
    return one_named(
        seen, "configuration", not isinstance(found, str) and same_digest(given, found.config.digest), HINTS
    )
