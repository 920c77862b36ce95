"""a build with other arguments, secrets or files."""

from __future__ import annotations

from dataclasses import replace

from grader.image import read
from grader.model import BuildWith, BuildWithSeen
from grader.observe import files, run
from grader.observe.bench import Bench, Given, Looked
from grader.observe.laid import laid
from grader.observe.origin import with_origins
from grader.observe.traces import traces

SHARES = "context"


def see(bench: Bench, probe: BuildWith) -> BuildWithSeen:
    """Build, put the files of the context back, and look at the image where there is one."""
    nonce = bench.nonce()
    given = Given(
        arguments={name: _with(value, nonce) for name, value in probe.arguments},
        secrets={name: _with(value, nonce).encode() for name, value in probe.secrets},
        target=probe.target,
        unique=bench.nonce() if probe.secrets else "",
    )
    with laid(bench.context, {name: _with(text, nonce).encode() for name, text in probe.files}):
        build = bench.rebuild(given=given)
    if not build.ok:
        return BuildWithSeen(build=build, nonce=nonce)
    texts = tuple(_with(text, nonce) for text in probe.traces)
    with bench.engine.save([build.image]) as archive:
        analysis = read(archive, keep=files.kept([probe.look] if probe.look else ()), texts=texts)
    image, _ = with_origins(analysis.image, bench.dockerfile, bench.engine)
    looked = Looked.of(analysis, image)
    other = replace(bench, build=build, looked=lambda: looked)
    return BuildWithSeen(
        build=build,
        nonce=nonce,
        config=image.config,
        run=run.see(other, probe.run) if probe.run else None,
        look=files.see(other, probe.look) if probe.look else None,
        traces=traces(other, texts) if texts else (),
    )


def _with(text: str, nonce: str) -> str:
    return text.replace("{nonce}", nonce)
