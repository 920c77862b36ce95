"""What a cell can be told instead of a traceback."""

from grader.errors import UsageError


class CellError(UsageError):
    """A cell asks for something that is not there (yet); `do` names the cell to run first."""
