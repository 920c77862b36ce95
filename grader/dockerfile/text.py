"""Bytes of a Dockerfile to text, and what a space is."""

from __future__ import annotations

from grader.errors import DockerfileError, UnreadableDockerfileError

LONGEST_LINE = 65_535

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""Go's unicode.IsSpace; Python's own idea also counts U+001C to U+001F."""

_BOM = b"\xef\xbb\xbf"
_SAVE = "Save the file as UTF-8 and hand it in again."


def failure(reason: str, line: int, do: str = "") -> DockerfileError:
    """The error for `reason` (BuildKit's words where BuildKit has them) on `line`, counted from 1."""
    return DockerfileError(f"Dockerfile line {line}: {reason}", line, do)


def decode(data: bytes) -> str:
    """The text of a Dockerfile, without the byte order mark; line ends stay as they are.

    Raises UnreadableDockerfileError for UTF-16, for a NUL byte and for bytes that are not UTF-8, with the line of the
    first of them. BuildKit passes a NUL on to the shell and fails on the rest with a fault of its own transport.
    """
    head = data[:200]
    zeros = head.count(0)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or (zeros > 1 and zeros * 3 >= len(head)):
        raise UnreadableDockerfileError("the Dockerfile is saved as UTF-16; Docker reads only UTF-8", 1, _SAVE)
    if 0 in data:
        line = data.count(b"\n", 0, data.index(0)) + 1
        raise _unreadable("a NUL byte; a Dockerfile is text", line, "Delete the byte, or write the line again.")
    try:
        return data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        before = data.removeprefix(_BOM)[: error.start]
        byte = error.object[error.start]
        raise _unreadable(f"the byte {byte:#04x} is not UTF-8", before.count(b"\n") + 1, _SAVE) from None


def _unreadable(reason: str, line: int, do: str) -> UnreadableDockerfileError:
    return UnreadableDockerfileError(f"Dockerfile line {line}: {reason}", line, do)
