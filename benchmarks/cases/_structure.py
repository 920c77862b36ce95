"""The structure of an image, looked at and judged as a check of an exercise does it: HOST IMAGE FILE-OF-CHECKS.

Nothing is built: the image is there, as it is for container-structure-test.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from grader import image as images
from grader.engine.client import Engine
from grader.engine.places import EngineAddress
from grader.judge import judge, probes
from grader.model import Build, Dockerfile, Exercise, ExerciseCheck, Files, Observation, Submission
from grader.model.reading import from_json
from grader.observe import Bench, Looked, Once, answers


def main(host: str, image: str, checks: Path) -> int:
    """0 where every check has passed."""
    wanted = from_json(checks.read_bytes(), tuple[ExerciseCheck, ...])
    exercise = Exercise(
        name="structure", folder=".", title="", lesson="", practice="", minutes=1, bases=(), checks=wanted
    )
    engine = Engine(address=EngineAddress(host=host, docker="docker"))
    asked = probes(exercise)
    kept = [path for probe in asked if isinstance(probe, Files) and probe.contents for path in probe.paths]
    build = Build(builder="classic", image=image)

    def look() -> Looked:
        with engine.save([image]) as archive:
            found = images.read(archive, keep=kept)
        return Looked(image=found.image, files=found.files, contents=found.contents)

    bench = Bench(
        engine=engine,
        exercise=exercise,
        submission=Submission(source=image, context=".", dockerfile="", text=b""),
        dockerfile=Dockerfile(instructions=()),
        text=b"",
        build=build,
        looked=Once(look),
        probes=asked,
        cancel=threading.Event(),
        labels={"drydock.bench": "structure"},
    )
    with bench:
        found = answers(bench, asked, lambda _: None, threads=3)
    seen = Observation(
        exercise=exercise.name, submission=image, build=build, image=bench.image, probed=found, engine=engine.facts()
    )
    engine.close()
    report = judge(exercise, seen)
    for one in report.checks:
        if one.status != "passed":
            print(f"{one.name}: {one.status}: {one.seen}", file=sys.stderr)
    return int(report.status != "passed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
