"""The image has the names and tags that say what is in it.

Looks at: the image that docker-bake.hcl builds, and the names that the engine gives for it once it is tagged as that
file says.
Why it matters: a name without a tag becomes `latest`, which says nothing: two machines with `latest` may run different
programs, and nobody can go back to the one before. A tag with the version names one edition for good.
Loses the point:
    tags = ["logbook"]
Earns it:
    tags = ["harbour/logbook:1.4.2"]
"""

from grader.checks import check
from grader.model import Observation, Params, Tagged, TaggedSeen, Verdict, failed, passed
from grader.model.reference import reference

FILE = "docker-bake.hcl"


class Parameters(Params, frozen=True, kw_only=True):
    names: tuple[str, ...]  # each with its tag, that the image is to have
    also: tuple[str, ...] = ()  # that it may have besides; any other tag of these repositories is wrong


@check(practice="tag", probes=lambda _: [Tagged()])
def image_tagged_as_asked(seen: Observation, p: Parameters) -> Verdict:
    tagged = seen.of(Tagged())
    expected = "the names " + ", ".join(p.names)
    found = {_plain(name): name for image in tagged.images for name in image.names}
    fault = tagged.error or _fault(tagged)
    if fault:
        return failed(
            seen=fault,
            expected=f"a {FILE} that builds and tags the image",
            hints=("Which line does the message name?", "Look up target, tags and args in a bake file."),
        )
    wanted, allowed = {_plain(name) for name in p.names}, {_plain(name) for name in (*p.names, *p.also)}
    repositories = {repository for repository, _ in allowed}
    others = sorted(name for key, name in found.items() if key[0] in repositories and key not in allowed)
    if wanted <= set(found) and not others:
        return passed("the image is called " + ", ".join(found.values()))
    listed = ", ".join(found.values()) or "nothing"
    return failed(
        seen=f"the image is called {listed}" + (f"; {', '.join(others)} says something else" if others else ""),
        expected=expected + (" and no other version" if others else ""),
        hints=(
            "Which version does the program in the image say it has?",
            "What stands before the colon, and what after it? Without a colon there is a tag as well.",
            "Look up how a version number becomes several tags, from the exact one to the wider ones.",
        ),
    )


def _plain(name: str) -> tuple[str, str]:
    found = reference(name)
    return found.repository, found.tag or "latest"


def _fault(tagged: TaggedSeen) -> str:
    for image in tagged.images:
        if image.failure is not None:
            return f"the target '{image.target}' does not build: {image.failure.message}"
        for name, said in image.refused.items():
            return f"the engine refuses the name '{name}': {said}"
    return "" if tagged.images else f"{FILE} has no target that would be built"
