"""an image built on this one."""

from __future__ import annotations

import time
from pathlib import Path

from grader import dockerfile
from grader.errors import InputError
from grader.model import Build, Child, ChildSeen, RunSeen
from grader.observe.bench import BUILD_LIMITS, Bench, own_caches
from grader.observe.patience import ended

PARENT = "IMAGE"


def see(bench: Bench, probe: Child) -> ChildSeen:
    """Build the child, whose Dockerfile calls this image IMAGE, and run what was built."""
    context = Path(bench.exercise.folder, probe.context)
    name = f"drydock/{bench.nonce()}:parent"
    text = (context / "Dockerfile").read_text("utf-8").replace(f"FROM {PARENT}", f"FROM {name}").encode()
    # The name goes with the image: to remove the last name of an image is to remove the image.
    bench.engine.tag(bench.build.image, name)
    limits = bench.exercise.limits
    build = bench.engine.build(
        context,
        dockerfile=text,
        build_args=own_caches(bench.engine, bench.labels),
        labels=bench.labels,
        ulimits=BUILD_LIMITS,
        allowed_bases=(*bench.exercise.bases, name),
        seconds=limits.build_seconds,
        output_bytes=limits.output_bytes,
        cancel=bench.cancel,
        lines=dockerfile.parse(text),
    )
    return ChildSeen(build=build, run=_run(bench, build, probe) if build.ok else None)


def _run(bench: Bench, build: Build, probe: Child) -> RunSeen:
    began = time.monotonic()
    limits = bench.exercise.limits
    try:
        with bench.engine.run(
            build.image,
            command=probe.arguments,
            read_only=probe.read_only,
            memory_bytes=limits.memory_bytes,
            processes=limits.processes,
            careful=True,
            labels=bench.labels,
        ) as container:
            code = ended(container, limits.run_seconds)
            stdout, stderr = container.outputs(16_000)
            return RunSeen(
                exit_code=code,
                stdout=stdout,
                stderr=stderr,
                took=time.monotonic() - began,
                memory_bytes=container.memory_met(),
            )
    except InputError as unstarted:
        return RunSeen(exit_code=None, took=time.monotonic() - began, error=unstarted.what)
