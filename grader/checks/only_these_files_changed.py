"""Above the base image there is what was asked for, and nothing else.

Looks at: the files that the layers above the base image add, change or delete. Folders are not counted, nor
are the empty files over which the engine lays its own, such as /etc/hosts.
Why it matters: a commit keeps whatever the container has become: the history of a shell, caches, logs, temporary files.
All of it is sent with the image, and some of it was not meant for others.
Loses the point:
    docker exec -it web sh        (the shell writes its history when it ends)
    docker commit web web:1
Earns it:
    docker diff web        (look first, remove what is left over, then commit)
    docker commit web web:1
"""

from grader.checks import check
from grader.model import Change, Observation, Params, Verdict, failed, passed

SHOWN = 8
WORDS = {"added": "added", "deleted": "deleted", "opaque": "deleted"}
# The engine lays files of its own over these paths, and leaves empty ones behind in some containers.
MOUNTED = frozenset(("/.dockerenv", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/mtab"))


class Parameters(Params, frozen=True, kw_only=True):
    paths: tuple[str, ...]  # the files that are added, changed or deleted, absolute


@check(practice="archives", needs=("builds", "base_layers_kept"))
def only_these_files_changed(seen: Observation, p: Parameters) -> Verdict:
    above = seen.built.layers[seen.base_layers :]
    found = {change.path: change.kind for layer in above for change in layer.changes if change.files and _made(change)}
    more = sum(layer.changes_total - len(layer.changes) for layer in above)
    others = sorted(set(found) - set(p.paths))
    missing = sorted(set(p.paths) - set(found))
    if not others and not missing and not more:
        return passed(f"{len(found)} files: {', '.join(sorted(found))}")
    said = [f"also {WORDS.get(found[path], 'changed')}: {path}" for path in others[:SHOWN]]
    if len(others) > SHOWN or more:
        said.append(f"and {len(others) - len(others[:SHOWN]) + more} more")
    said += [f"not there: {path}" for path in missing]
    return failed(
        seen="\n".join(said),
        expected=f"exactly {', '.join(p.paths)} added or changed above the base image",
        hints=(
            "What did the container change in its files before you made the image? The engine can list it.",
            "Which programs in the container write files without being asked: shells, editors, package managers?",
            "Look up docker diff.",
        ),
    )


def _made(change: Change) -> bool:
    return change.path not in MOUNTED or change.kind != "added" or change.size > 0
