"""`build(…)`: a real build that is watched while it runs and asked afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from grader.engine.buildkit import Network
from grader.errors import DrydockError
from grader.model import Build, BuildEvent, BuildFailure, Step, StepEnded
from grader.model.build import Builder
from labkit import twin
from labkit.added import with_added_bytes
from labkit.errors import CellError
from labkit.given import Given, files_of
from labkit.images import measured
from labkit.needs import first_run
from labkit.plain import plain_command
from labkit.session import LABEL, Session, the_session
from labkit.showing import Shown
from labkit.view import View

BUILD_SECONDS = 600.0
OUTPUT_BYTES = 200_000
# JupyterLab draws a trait anew each time it is sent; ten times a second looks alive and keeps the page quick.
SEND_SECONDS = 0.1


class Built:
    """A build that runs or has run; asking what it came to waits until it is over."""

    def __init__(self, view: View, shown: Shown | None, given: Given) -> None:
        self.given = given
        self._view = view
        self._shown = shown
        self._cancel = threading.Event()
        self._over = threading.Event()
        self._build: Build | None = None
        self._error: DrydockError | None = None
        self._sent = 0.0
        self._told = False
        self._measured: tuple[int, int] | None = None

    @property
    def measured(self) -> tuple[int, int] | None:
        """The bytes and the layers of the image, counted when it was built; None where that could not be.

        With the containerd image store an image is gone as soon as another takes its name.
        """
        self.wait()
        return self._measured

    @property
    def command(self) -> str:
        """The command line of Docker's own that builds the same."""
        return self._view.command

    @property
    def result(self) -> Build:
        """All that is known of the build; raises the MachineError that kept it from being made."""
        self.wait()
        if self._error is not None:
            raise self._error
        assert self._build is not None
        return self._build

    @property
    def ok(self) -> bool:
        """Whether there is an image."""
        return self.result.ok

    @property
    def image(self) -> str:
        """The image's id, `sha256:…`; empty when the build failed."""
        return self.result.image

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in the order of the Dockerfile; FROM is not one."""
        return self.result.steps

    @property
    def ran(self) -> tuple[Step, ...]:
        """The steps that were carried out."""
        return self.result.ran

    @property
    def cached(self) -> tuple[Step, ...]:
        """The steps that came from the cache."""
        return tuple(step for step in self.result.steps if step.cached)

    @property
    def seconds(self) -> float:
        """How long the build took."""
        return self.result.seconds

    @property
    def context_bytes(self) -> int:
        """The bytes of the build context that were sent this time."""
        return self.result.context_bytes

    @property
    def failure(self) -> BuildFailure | None:
        """Why there is no image, or None."""
        return self.result.failure

    @property
    def printed(self) -> str:
        """What the steps that ran have printed, one after another; a step from the cache prints nothing."""
        return "".join(step.output for step in self.result.steps)

    @property
    def containers(self) -> tuple[str, ...]:
        """The temporary containers that were seen (classic builder), in order."""
        self.wait()
        return tuple(row["container"] for row in self._view.state()["rows"] if row["container"])

    def spans(self) -> dict[str, tuple[float, float]]:
        """Of each step that ran: its command, when it began and when it ended, in seconds of the build."""
        self.wait()
        rows = self._view.state()["rows"]
        return {row["command"]: (row["start"], row["end"] or row["start"]) for row in rows if not row["cached"]}

    def wait(self) -> Built:
        """Come back when the build is over; interrupting the kernel cancels the build."""
        try:
            while not self._over.wait(0.2):
                pass
        except KeyboardInterrupt:
            self.cancel()
            self._over.wait(10)
            raise
        if self._shown and not self._told:
            self._told = True
            self._shown.repeat()
        return self

    def cancel(self) -> None:
        """Stop the build; what is finished stays in the cache."""
        self._cancel.set()

    def ended(self, seconds: float) -> bool:
        """Whether it is over, after at most `seconds`."""
        return self._over.wait(seconds)

    def settle(self) -> None:
        """Wait until it is over; later cells use what it makes."""
        self.wait()

    def __repr__(self) -> str:
        return twin.text(self._view.state())

    def _carry_out(self, session: Session, context: Path, asked: Mapping[str, object]) -> None:
        try:
            build = session.engine.build(
                context,
                seconds=BUILD_SECONDS,
                output_bytes=OUTPUT_BYTES,
                on_event=partial(self._take, session),
                cancel=self._cancel,
                **asked,  # type: ignore[arg-type]
            )
            self._build = with_added_bytes(build, self.given.parsed(), self.given.target, session.engine)
            self._view.finish(self._build)
            self._measured = measured(session.engine, self._build.image)
        except DrydockError as error:
            self._error = error
            self._view.give_up(str(error))
        finally:
            self._send()
            if self._shown:
                self._shown.renew(*self._twins())
            self._over.set()

    def _take(self, session: Session, event: BuildEvent) -> None:
        self._view.add(event)
        if isinstance(event, StepEnded):
            # What the classic builder made of other stages, or of a build that is cut off, stays when the result goes.
            session.named |= self._view.committed()
        if time.monotonic() - self._sent >= SEND_SECONDS:
            self._send()

    def _send(self) -> None:
        self._sent = time.monotonic()
        if self._shown:
            self._shown.widget.state = self._view.state()

    def _twins(self) -> tuple[str, str]:
        state = self._view.state()
        return twin.text(state), twin.html(state)


def build(
    folder: str | Path = ".",
    *,
    tag: str = "",
    dockerfile: str | None = None,
    builder: Builder = "buildkit",
    no_cache: bool = False,
    build_args: Mapping[str, str] | None = None,
    target: str = "",
    network: Network = "default",
    show: bool = True,
) -> Built:
    """Build an image of `folder` and show the build while it runs; comes back at once (with `show=False`, at its end).

    One build runs at a time, so that what is measured is its own.

    `dockerfile` is a path (from where the notebook works, as `-f` of `docker build`), or a text of several lines that
    stands for a Dockerfile from stdin. Asking the returned value for `.ok`, `.steps`, `.seconds` … waits for the end of
    the build. Raises CellError when the folder or the Dockerfile is not there, EngineError when there is no engine.
    """
    session = the_session()
    context = Path(folder)
    if not context.is_dir():
        raise CellError(f"There is no folder '{folder}' here.", first_run(session.lesson, str(folder)))
    file = _dockerfile(session, context, dockerfile)
    session.answering()  # An engine that is not there is told in the cell, and not in the thread.
    session.settle()
    command = plain_command(folder, tag, dockerfile, builder, no_cache, build_args, target, network)
    view = View(command, tag or str(folder), builder)
    given = Given(
        text=file.decode("utf-8", "replace")
        if isinstance(file, bytes)
        else (context / file).read_text("utf-8", "replace"),
        arguments=dict(build_args or {}),
        files=files_of(context),
        no_cache=no_cache,
        target=target,
        tag=tag,
        builder=builder,
    )
    built = Built(view, _shown(view) if show else None, given)
    if built._shown:
        built._shown.widget.on_msg(lambda _widget, message, _buffers: _press(built, message))
        built._shown.show(*built._twins())
    asked: dict[str, object] = {
        "dockerfile": file,
        "tags": (tag,) if tag else (),
        "build_args": build_args,
        "target": target,
        "no_cache": no_cache,
        "network": network,
        "builder": builder,
        "lines": given.parsed(),
        # The classic builder makes a step and a layer's worth of history of a label, so its images go by their names.
        "labels": {LABEL: session.lesson} if session.lesson and builder == "buildkit" else None,
    }
    run = built._shown.context().run if built._shown else None
    work = (built._carry_out, session, context.resolve(), asked)
    thread = threading.Thread(
        target=run or work[0], args=work if run else work[1:], name=f"build {view.state()['title']}", daemon=True
    )
    session.began(built)
    thread.start()
    return built if show else built.wait()


def _dockerfile(session: Session, context: Path, dockerfile: str | None) -> str | bytes:
    if dockerfile is not None and "\n" in dockerfile:
        return dockerfile.encode()
    path = Path(dockerfile) if dockerfile else context / "Dockerfile"
    if not path.is_file():
        raise CellError(f"There is no Dockerfile '{path}'.", first_run(session.lesson, str(path)))
    if path.resolve().is_relative_to(context.resolve()):
        return str(path.resolve().relative_to(context.resolve()))
    return path.read_bytes()


def _shown(view: View) -> Shown:
    from labkit.widgets import BuildView

    return Shown(BuildView(state=view.state()))


def _press(built: Built, message: object) -> None:
    if isinstance(message, dict) and message.get("do") == "cancel":
        built.cancel()
