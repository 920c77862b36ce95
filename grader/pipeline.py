"""The only file that knows the order of the stages: submission -> parse -> build -> observe -> judge.

Of an image archive that is handed in, the stages are submission -> read -> load -> observe -> judge.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from grader import dockerfile as dockerfiles
from grader import image as images
from grader.engine.client import Engine
from grader.engine.policy import normalised
from grader.engine.runs import LABEL, new_run
from grader.engine.sdk import LOST
from grader.errors import (
    DockerfileError,
    EngineError,
    ImageError,
    MachineError,
    SubmissionError,
    UnreadableDockerfileError,
)
from grader.exercise import lay_given_files
from grader.judge import judge, probes
from grader.model import (
    ArchiveFacts,
    Build,
    Dockerfile,
    Exercise,
    Handed,
    Image,
    Observation,
    Probed,
    Remarks,
    Report,
    Submission,
)
from grader.model.sources import sources
from grader.model.tier import Tier
from grader.observe import Bench, Looked, Once, answers, build_as_asked
from grader.observe.files import kept
from grader.observe.origin import layers_of_base, with_origins
from grader.observe.stored import digests
from grader.remarks import remarks_of
from grader.stages import Clock, Watcher, with_time
from grader.submission import attachments, is_compressed, read_answers, stage, stage_file

__all__ = ["Watcher", "check", "observe", "with_layer_bytes"]

# An archive is loaded again where the engine has lost a layer of it meanwhile.
LOADS = 3


def check(
    exercise: Exercise, path: Path, engine: Callable[[], Engine], watcher: Watcher, *, tier: Tier = "trusted"
) -> tuple[Report, Observation]:
    """Grade what lies at `path`: the report, and the observation it was judged on.

    `engine` is called when there is something to build, not before; it gives the isolation `tier`, or nothing is built.
    Raises SubmissionError where there is nothing that could be built; a fault of the machine is in the report.
    """
    seen = observe(exercise, path, engine, watcher, tier=tier)
    return judge(exercise, seen), seen


def observe(
    exercise: Exercise, path: Path, engine: Callable[[], Engine], watcher: Watcher, *, tier: Tier = "trusted"
) -> Observation:
    """Stage, parse, build, and look: everything that the exercise's checks ask for, each thing once."""
    clock = Clock()
    exercise = with_time(exercise, tier)

    def ready() -> Engine:
        found = engine()
        if found.address.tier != tier:
            raise EngineError(f"The engine gives the isolation '{found.address.tier}', and '{tier}' was asked for.")
        return found

    with clock.stage("total"):
        if exercise.submission == "image":
            seen = _of_archive(exercise, path, ready, watcher, clock)
        elif exercise.submission == "answers":
            seen = _of_answers(exercise, path)
        else:
            seen = _of_dockerfile(exercise, path, ready, watcher, clock)
    return _with(seen, seconds=clock.seconds, tier=tier)


def _of_dockerfile(
    exercise: Exercise, path: Path, engine: Callable[[], Engine], watcher: Watcher, clock: Clock
) -> Observation:
    with ExitStack() as opened:
        with clock.stage("submission"):
            submission = opened.enter_context(stage(path, exercise.limits))
        seen = Observation(exercise=exercise.name, submission=submission.source)
        try:
            with clock.stage("parse"):
                parsed = dockerfiles.bounded(dockerfiles.parse(submission.text))
        except UnreadableDockerfileError:
            raise
        except DockerfileError as error:
            lines = tuple(line.rstrip("\r") for line in dockerfiles.decode(submission.text).rstrip("\n").split("\n"))
            return _with(seen, unparsed=lines, syntax_error=str(error), syntax_line=error.line)
        given = lay_given_files(exercise, Path(submission.context))
        seen = _with(seen, dockerfile=parsed, given=given)
        try:
            with clock.stage("engine"):
                ready = engine()
            return _built(seen, exercise, submission, parsed, ready, watcher, clock)
        except MachineError as error:
            return _with(seen, fault=str(error))


def _of_archive(
    exercise: Exercise, path: Path, engine: Callable[[], Engine], watcher: Watcher, clock: Clock
) -> Observation:
    with ExitStack() as opened:
        with clock.stage("submission"):
            handed = opened.enter_context(stage_file(path, "image", exercise.limits))
        facts = ArchiveFacts(bytes=handed.bytes, compressed=is_compressed(Path(handed.path)))
        seen = Observation(exercise=exercise.name, submission=handed.source, archive=facts)
        try:
            with clock.stage("engine"):
                ready = engine()
            seen = _with(seen, engine=ready.facts())
            for _ in range(LOADS - 1):
                found = _loaded(seen, exercise, handed, ready, watcher, clock)
                if not any(probed.fault.startswith(LOST) for probed in found.probed):
                    return found
            return _loaded(seen, exercise, handed, ready, watcher, clock)
        except ImageError as error:
            return _with(seen, refusal=str(error))
        except MachineError as error:
            return _with(seen, fault=str(error))


def _of_answers(exercise: Exercise, path: Path) -> Observation:
    with stage_file(path, "answers", exercise.limits) as handed:
        seen = Observation(exercise=exercise.name, submission=handed.source, attached=attachments(Path(handed.folder)))
        try:
            return _with(seen, answers=read_answers(Path(handed.path)))
        except SubmissionError as error:
            return _with(seen, refusal=error.what)


def _built(
    seen: Observation,
    exercise: Exercise,
    submission: Submission,
    parsed: Dockerfile,
    engine: Engine,
    watcher: Watcher,
    clock: Clock,
) -> Observation:
    asked = probes(exercise)
    labels = {LABEL: new_run(), "drydock.exercise": exercise.name}
    with clock.stage("bases"):
        used = {
            normalised(name) for name in (*(at.base for at in parsed.stages), *(at.image for at in sources(parsed)))
        }
        bases = tuple(base for base in exercise.bases if normalised(base) in used)
        watcher.bases(bases)
    text = dockerfiles.without_syntax(submission.text)
    seen = _with(seen, engine=engine.facts())
    engine.import_early()
    try:
        with clock.stage("build"):
            build = build_as_asked(
                engine,
                exercise,
                Path(submission.context),
                text,
                parsed,
                labels=labels,
                cancel=watcher.cancel,
                name=submission.dockerfile,
                on_event=watcher.on_event,
            )

        def remark() -> Remarks:
            with clock.stage("remarks"):
                return remarks_of(build, seen.engine, engine, submission, text, exercise.bases)

        remarked = Once(remark)
        if build.failure is not None:
            if build.failure.cause == "base_image":
                engine.need_images(bases)
            return _with(seen, build=build, remarks=remarked())

        sought = digests(Path(submission.context), asked)

        def look() -> Looked:
            with clock.stage("image"), engine.save([build.image]) as archive:
                found = images.read(archive, keep=kept(asked), digests=sought)
            image, below = with_origins(found.image, parsed, engine)
            return Looked.of(found, image, below)

        bench = Bench(
            engine=engine,
            exercise=exercise,
            submission=submission,
            dockerfile=parsed,
            text=text,
            build=build,
            looked=Once(look),
            probes=asked,
            cancel=watcher.cancel,
            labels=labels,
        )
        seen = _with(seen, build=build)
        try:
            found = _answers(bench, watcher, clock, beside=remarked)
            engine.need_room()
            engine.need_images((build.image,))
            seen, looked = _with(seen, remarks=remarked()), bench.looked()
        except images.LimitError as error:
            # What is more than anybody looks at is the Dockerfile's doing; whatever else is unreadable is not.
            return _with(seen, remarks=remarked(), refusal=f"the image cannot be looked at: {error.what}")
        except ImageError as error:
            engine.need_room()
            return _with(seen, fault=f"The image that was built cannot be read: {error}")
    finally:
        with clock.stage("clean-up"):
            engine.remove_labelled(labels)
    build = with_layer_bytes(build, looked.image)
    return _with(seen, build=build, image=looked.image, base_layers=looked.base_layers, probed=found)


def _answers(
    bench: Bench, watcher: Watcher, clock: Clock, beside: Callable[[], object] = lambda: None
) -> tuple[Probed, ...]:
    with clock.stage("probes"), bench:
        return answers(bench, bench.probes, watcher.say, threads=watcher.threads, timed=clock.stage, beside=beside)


def _loaded(
    seen: Observation, exercise: Exercise, handed: Handed, engine: Engine, watcher: Watcher, clock: Clock
) -> Observation:
    asked = probes(exercise)
    labels = {LABEL: new_run(), "drydock.exercise": exercise.name}
    sought = digests(Path(handed.path).parent, asked)
    with clock.stage("bases"):
        watcher.bases(exercise.bases)
    with Path(handed.path).open("rb", buffering=0) as archive:
        with clock.stage("read"):
            analysis = images.read(archive, keep=kept(asked), platform=engine.platform(), digests=sought)
        looked = Looked.of(analysis)
        archive.seek(0)
        try:
            with clock.stage("load"):
                image = next(iter(engine.load(images.labelled(archive, analysis.parts, labels))), "")
            bench = Bench(
                engine=engine,
                exercise=exercise,
                submission=Submission(
                    source=handed.source, context=str(Path(handed.path).parent), dockerfile="", text=b""
                ),
                dockerfile=Dockerfile(instructions=()),
                text=b"",
                build=Build(builder="classic", image=image),
                looked=lambda: looked,
                probes=asked,
                cancel=watcher.cancel,
                labels=labels,
            )
            found = _answers(bench, watcher, clock)
            engine.need_room()
        finally:
            with clock.stage("clean-up"):
                engine.remove_labelled(labels)
    base_layers = layers_of_base(analysis.image, exercise.bases, engine)
    return _with(seen, image=analysis.image, base_layers=base_layers, probed=found)


def with_layer_bytes(build: Build, image: Image) -> Build:
    """The build's steps with the bytes of the layer that each added, where it added one."""
    sizes = {layer.line: layer.size for layer in image.layers if layer.line is not None}
    steps = tuple(
        msgspec.structs.replace(step, bytes=sizes.get(step.line)) if step.line else step for step in build.steps
    )
    return msgspec.structs.replace(build, steps=steps)


def _with(seen: Observation, **changes: object) -> Observation:
    return msgspec.structs.replace(seen, **changes)
