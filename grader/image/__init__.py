"""Image archives: `docker save` in both layouts, and OCI archives, read once and with flat memory.

seen = read(Path("image.tar"), keep=["/etc/passwd"])
seen.image.wasted_bytes, seen.files["/bin/sh"].mode, seen.contents["/etc/passwd"]
"""

from grader.image.analysis import Analysis, read
from grader.image.limits import LimitError, Limits
from grader.image.lines import lines_of_rows
from grader.image.loadable import labelled
from grader.image.search import Hit, spellings
from grader.image.tree import FileTree

__all__ = ["Analysis", "FileTree", "Hit", "LimitError", "Limits", "labelled", "lines_of_rows", "read", "spellings"]
