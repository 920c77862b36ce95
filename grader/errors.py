"""What can go wrong, and whose business it is.

DrydockError                  every error that is shown to a person as a message, never as a traceback
├── InputError                the user's input cannot be used (exit status 2)
│   ├── ExerciseError         an exercise folder or its exercise.toml
│   ├── SubmissionError       what was handed in: a folder, an archive, a Dockerfile
│   │   └── DockerfileError   the text of a Dockerfile; has a line
│   │       └── UnreadableDockerfileError   no text that has an instruction in it
│   ├── ImageError            an archive that is not an image
│   └── UsageError            a command line that asks for something that does not exist
└── MachineError              the machine's fault, never the learner's zero (exit status 3)
    ├── EngineError           no engine, or the engine stopped answering
    │   └── NoEngineError     none is there and none can be provided
    ├── BaseImageError        a base image can be neither pulled nor built
    ├── DiskFullError         no room left
    └── LockedError           another Drydock holds what is needed
"""


class DrydockError(Exception):
    """A message for a person: `what` happened, and in `do` (may be empty) what to do next."""

    def __init__(self, what: str, do: str = "") -> None:
        super().__init__(what if not do else f"{what}\n  {do}")
        self.what = what
        self.do = do


class InputError(DrydockError):
    """The user's input cannot be used."""


class ExerciseError(InputError):
    """An exercise folder, or a key of its exercise.toml, is not as it should be."""


class SubmissionError(InputError):
    """What was handed in cannot be graded."""


class DockerfileError(SubmissionError):
    """The text of a Dockerfile does not parse; `line` is its line, counted from 1 (0: the whole file)."""

    def __init__(self, what: str, line: int = 0, do: str = "") -> None:
        super().__init__(what, do)
        self.line = line


class UnreadableDockerfileError(DockerfileError):
    """Not a text in UTF-8, or one without a single instruction: there is nothing that could be judged."""


class ImageError(InputError):
    """An archive that is not an image, or not a whole one."""


class UsageError(InputError):
    """A command line that asks for something that does not exist."""


class MachineError(DrydockError):
    """The machine's fault: what was asked has not been judged."""


class EngineError(MachineError):
    """The engine cannot be started, or has stopped answering."""


class NoEngineError(EngineError):
    """There is no engine, and none can be provided here."""


class BaseImageError(MachineError):
    """A base image can be neither pulled nor built."""


class DiskFullError(MachineError):
    """No room is left on a disk that the work needs."""


class LockedError(MachineError):
    """Another Drydock holds what is needed, and has not let go in time."""
