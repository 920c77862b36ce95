"""Whoever has the folder can make the same image again.

Looks at: the files and the configuration of two images: of the build, and of a second one in which no step came from
the cache and the files of the build context had other times. Times of files are not compared, so the digests may
differ. A file that names the day of the build counts as different, as it is tomorrow.
Why it matters: a Dockerfile that is shared can be read, checked and kept with the source, and an image need not be
trusted. That holds when the file is the whole recipe: what depends on the hour, on chance or on one person's machine
cannot be made again.
Loses the point:
    RUN date > /etc/built
Earns it:
    COPY VERSION /etc/version
"""

from grader.checks import check
from grader.model import Difference, Observation, Reproduced, Verdict, failed, passed

SAID = {
    "contents": "has other contents",
    "kind": "is another kind of file",
    "mode": "has another mode",
    "owner": "has another owner",
    "target": "leads elsewhere",
    "added": "is only in the second image",
    "missing": "is only in the first image",
    "configuration": "is set to something else",
    "day": "names the day of the build",
}


@check(practice="sharing", probes=lambda _: [Reproduced()])
def reproducible_build(seen: Observation) -> Verdict:
    again = seen.of(Reproduced())
    if again.build.failure is not None:
        return failed(
            line=again.build.failure.line,
            seen=f"without the cache it no longer builds: {again.build.failure.message}",
            expected="a second build that ends well",
            hints=("What does the step need that was there only the first time?",),
        )
    if not again.total:
        return passed(f"a second build without the cache gave the same {again.files:,} files and folders")
    shown = "\n".join(f"{one.place} {SAID[one.what]}" for one in again.differences[:5])
    return failed(
        line=next((one.line for one in again.differences if one.line), None),
        seen=f"a second build without the cache differs in {_count(again.total, again.differences)}:\n{shown}",
        expected="the same files and the same configuration",
        hints=(
            "Which step writes something that depends on the time, on chance, or on when a file was copied?",
            "Does the image need it? What could take its place comes from a file of the folder.",
            "Look up reproducible builds.",
        ),
    )


def _count(total: int, listed: tuple[Difference, ...]) -> str:
    return (
        "1 place"
        if total == 1
        else f"{total} places" + (f", {len(listed)} of them known" if total > len(listed) else "")
    )
