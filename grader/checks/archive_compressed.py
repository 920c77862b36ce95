"""The archive is compressed with gzip.

Looks at: the first bytes of the archive that was handed in, whatever its name.
Why it matters: docker save compresses nothing, and the files of an image often shrink to less than half. docker load
reads compressed archives as they are.
Loses the point:
    docker save -o image.tar web:1
Earns it:
    docker save web:1 | gzip > image.tar.gz
"""

from grader.checks import check
from grader.model import NotObserved, Observation, Verdict, failed, passed


@check(practice="archives")
def archive_compressed(seen: Observation) -> Verdict:
    if seen.archive is None:
        raise NotObserved("no archive was handed in", machine=False)
    size = seen.built.size
    if seen.archive.compressed:
        return passed(f"{seen.archive.bytes:,} bytes, for {size:,} bytes of files")
    return failed(
        seen=f"the archive is not compressed: {seen.archive.bytes:,} bytes, for {size:,} bytes of files",
        expected="an archive that is compressed with gzip",
        hints=(
            "What do the first bytes of the file say it is? The program file can tell.",
            "docker save can write to its standard output, and another program can read that.",
        ),
    )
