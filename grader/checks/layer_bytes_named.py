"""How many bytes of layers a machine has to fetch is named.

Looks at: the number under `bytes` in the file of answers, against the sizes of all layers in the manifest together.
Why it matters: what travels are the layers as the registry stores them, mostly compressed. The size that an engine
shows is that of the files when they are unpacked.
Loses the point:
    bytes = 4310000        (the size that docker image ls shows)
Earns it:
    bytes = 2190400        (the sum of the layers' sizes in the manifest)
"""

import re

from grader.checks import check
from grader.checks._manifest import manifest
from grader.checks._named import one_named, texts
from grader.model import Observation, Verdict

HINTS = (
    "What does the manifest say of each layer besides its digest?",
    "A machine that has none of the layers needs all of them. The configuration is not asked for.",
)
_NUMBER = re.compile(r"[\d,_ ]+(?:bytes|B)?")


@check(practice="archives", needs=("answers_can_be_read", "manifest_handed_in"))
def layer_bytes_named(seen: Observation) -> Verdict:
    found = manifest(seen)
    given = "".join(texts(seen, "bytes"))
    number = re.sub(r"\D", "", given) if _NUMBER.fullmatch(given) else ""
    right = not isinstance(found, str) and number == str(sum(layer.size for layer in found.layers))
    return one_named(seen, "bytes", right, HINTS)
