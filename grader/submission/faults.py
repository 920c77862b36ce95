"""What the system says while a submission is read or copied -> whose fault that is."""

from __future__ import annotations

import errno

from grader.errors import DiskFullError, DrydockError, MachineError, SubmissionError

_OF_THE_SUBMISSION = {
    None,
    errno.EACCES,
    errno.EILSEQ,
    errno.EISDIR,
    errno.ELOOP,
    errno.ENAMETOOLONG,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.ENXIO,
    errno.EPERM,
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def fault(error: OSError, about: str, *, do: str = "check that you may read it", room: str = "") -> DrydockError:
    """The error to raise: `about` is what "cannot be read", `do` what to do where that is due to what was handed in.

    Only what the files themselves can bring about is a SubmissionError; without room it is a DiskFullError, which names
    `room`, and whatever else a disk or the system says is a MachineError.
    """
    if error.errno in _NO_ROOM:
        return DiskFullError(f"{room or about} no room for a copy", "make room, or set TMPDIR")
    why = f"{about} cannot be read: {error.strerror or error}"
    if error.errno in _OF_THE_SUBMISSION:
        return SubmissionError(why, do)
    return MachineError(why, "the machine says so, not what was handed in: see to it, and try again")
