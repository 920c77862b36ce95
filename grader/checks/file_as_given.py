"""The file is in the image byte for byte as it was given.

Looks at: the size and the SHA-256 sum of the file at that path of the image.
Why it matters: what others are to download, or to verify, has to reach the image unchanged. ADD unpacks an archive,
whether that is wanted or not.
Loses the point:
    ADD charts.tar.gz /srv/www/downloads/        (unpacks it)
Earns it:
    COPY charts.tar.gz /srv/www/downloads/
"""

from grader.checks import check
from grader.checks._text import last_line
from grader.model import Files, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    path: str  # where it is wanted, absolute
    sha256: str  # of the file as it was given, in hexadecimal


@check(practice="copy rather than add", probes=lambda p: [Files(paths=(p.path, f"{p.path}/*"))])
def file_as_given(seen: Observation, p: Parameters) -> Verdict:
    found = seen.of(Files(paths=(p.path, f"{p.path}/*")))
    file = found.at(p.path)
    if file is not None and file.sha256 == p.sha256:
        return passed(f"{p.path}: {file.size} bytes, as given")
    if file is None:
        what = f"there is no {p.path} in the image"
    elif file.kind != "file":
        what = f"{p.path} is a {file.kind}" + (f" with {len(found.files) - 1} files" if len(found.files) > 1 else "")
    else:
        what = f"{p.path} has {file.size} bytes that are not those of the file as given"
    name = p.path.rpartition("/")[2]
    return failed(
        line=last_line(seen, lambda one: name in one.text),
        seen=what,
        expected=f"{p.path}, byte for byte as it was given",
        hints=(
            "List that folder of the image. What has become of the file?",
            "Which instruction leaves a file as it is, whatever it holds?",
            "Look up how COPY and ADD tell a file's new name from a folder.",
        ),
    )
