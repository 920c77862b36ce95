"""The layer that need not be sent is named.

Looks at: the digest under `shared` in the file of answers, against that of the lowest layer in the manifest.
Why it matters: a machine that has the base image has its layers, and a registry does not send them again. That is why
images on one base are cheap to bring along.
Loses the point:
    shared = "sha256:c0de…"        (the digest of the unpacked layer, as docker image inspect shows it)
Earns it:
    shared = "sha256:e46b…"        (the digest in the manifest)
"""

from grader.checks import check
from grader.checks._manifest import manifest, same_digest
from grader.checks._named import one_named, texts
from grader.model import Observation, Verdict

HINTS = (
    "In which order does a manifest name the layers, and where is the base image among them?",
    "A layer has one digest as it is stored in a registry, and another one when it is unpacked.",
)


@check(practice="archives", needs=("answers_can_be_read", "manifest_handed_in"))
def base_layer_named(seen: Observation) -> Verdict:
    found = manifest(seen)
    given = "".join(texts(seen, "shared"))
    right = not isinstance(found, str) and bool(found.layers) and same_digest(given, found.layers[0].digest)
    return one_named(seen, "shared", right, HINTS)
