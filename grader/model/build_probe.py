"""The question of a build with other arguments, secrets or files, and its answer."""

from __future__ import annotations

from typing import Literal

import msgspec

from grader.model.build import Build
from grader.model.container_probe import Run, RunSeen
from grader.model.files_probe import Files, FilesSeen
from grader.model.image import ImageConfig
from grader.model.question import Probe


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One place where a text is to be read: `name` is a file's path, a variable, or the start of an instruction.

    `line` is that of the instruction that left it there; a layer holds it even where a later one hides the file.
    """

    text: str
    where: Literal["layer", "history", "environment", "configuration", "output"]
    name: str = ""
    line: int | None = None


class BuildWithSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What a build of another kind came to.

    `nonce` is what stood for `{nonce}`; `config`, `run` and `look` are of the image, and None where there is none or
    they were not asked for.
    """

    build: Build
    nonce: str = ""
    config: ImageConfig | None = None
    run: RunSeen | None = None
    look: FilesSeen | None = None
    traces: tuple[Trace, ...] = ()


class BuildWith(Probe[BuildWithSeen], frozen=True, kw_only=True, tag=True):
    """Build again with these build arguments, secrets by id, files of the context (path and text) and target.

    `{nonce}` in their values is a text of sixteen characters that no other build has. Then `run` is run and `look` is
    looked at in the image, and each text of `traces` is searched for in all that the image and the build keep.
    """

    arguments: tuple[tuple[str, str], ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    target: str = ""
    run: Run | None = None
    look: Files | None = None
    traces: tuple[str, ...] = ()
