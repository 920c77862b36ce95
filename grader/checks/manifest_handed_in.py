"""The manifest of the image is handed in, as the registry has it.

Looks at: whether manifest.json is the manifest of an image: its configuration and its layers, each with a digest.
Why it matters: a registry keeps an image as a manifest and the blobs that it names. Everything that is said of the
image by its digest is said of the bytes of this file.
Loses the point:
    docker image inspect 127.0.0.1:5000/web:1 > manifest.json        (what the engine says of its image)
Earns it:
    docker buildx imagetools inspect --raw 127.0.0.1:5000/web:1 > manifest.json
"""

from grader.checks import check
from grader.checks._manifest import manifest
from grader.model import Observation, Verdict, failed, passed


@check(practice="archives")
def manifest_handed_in(seen: Observation) -> Verdict:
    found = manifest(seen)
    if not isinstance(found, str):
        return passed(f"a manifest with {len(found.layers)} layers")
    return failed(
        seen=found,
        expected="the manifest of the image, with its configuration and its layers",
        hints=(
            "Which command shows what a registry has under a name, without changing a letter of it?",
            "An index leads to a manifest for each platform, and to what is known of the build. How is it kept out?",
        ),
    )
