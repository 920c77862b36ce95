"""ADD is used only where COPY would not do.

Looks at: the sources of every ADD: a tar archive of the build context, which ADD unpacks, and an address, which it
fetches, are what COPY cannot bring. A plain file, a folder and a here-document are.
Why it matters: COPY says exactly what happens: these files, as they are. What ADD does depends on what the file turns
out to be, so a reader has to know it, and a file that becomes an archive one day changes the image.
Loses the point:
    ADD site/ /srv/www/
Earns it:
    COPY site/ /srv/www/
    or  ADD theme.tar.gz /srv/www/theme/        (an archive that is to be unpacked)
"""

from grader.checks import check
from grader.model import Additions, Observation, Verdict, failed, not_applicable, passed

ONLY_ADD = ("archive", "address")


@check(
    practice="copy rather than add",
    probes=lambda _: [Additions()],
    rules=("hadolint DL3020",),
)
def adds_only_what_copy_cannot(seen: Observation) -> Verdict:
    sources = seen.of(Additions()).sources
    if not any(one.name in ("ADD", "COPY") for one in seen.text.instructions):
        return not_applicable("there is neither ADD nor COPY")
    needless = [one for one in sources if one.kind not in ONLY_ADD]
    if not needless:
        return passed(", ".join(f"ADD of the {one.kind} {one.source}" for one in sources) or "there is no ADD")
    shown = "\n".join(f"line {one.line}: {one.source}, a {_word(one.kind)}" for one in needless[:5])
    return failed(
        line=needless[0].line,
        seen=f"ADD takes {len(needless)} of its {len(sources)} sources where COPY does the same:\n{shown}",
        expected="COPY for files and folders that are to be in the image as they are",
        hints=(
            "What does ADD do on this line that COPY does not?",
            "Look up the two things that ADD can and COPY cannot.",
        ),
    )


def _word(kind: str) -> str:
    return {"file": "plain file", "missing": "name that is not in the build context"}.get(kind, kind)
