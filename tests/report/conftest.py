"""Two reports that the tests of the formats share: one of a class's usual day, one of a build that stopped."""

import pytest

from grader.model import Build, BuildFailure, BuildRemark, CheckResult, Remark, Report, Step


def result(name, status, p, m, **k):
    return CheckResult(name=name, status=status, points=p, max_points=m, **k)


STEPS = (
    Step(command="WORKDIR /app", line=2, cached=True, bytes=0),
    Step(command="COPY . .", line=3, took=0.12, bytes=13_412),
    Step(
        command="RUN pip install --no-cache-dir --requirement requirements.txt && rm -rf /root/.cache && echo done",
        line=4,
        took=6.21,
        bytes=14_500_231,
    ),
    Step(command='CMD ["python", "app.py"]', line=6, took=0.0),
)
USUAL = Report(
    exercise="05-cache",
    title="Keep the cache warm",
    submission="alice",
    status="failed",
    score=3,
    max_score=9.5,
    checks=(
        result("builds", "passed", 1, 1, seen="built in 7.4 s: 4 steps, 1 of them taken from the build cache"),
        result("answers_http", "passed", 2, 2, seen="GET / at port 8000 was answered with 200 after 0.4 s"),
        result(
            "cache_survives_source_edit",
            "failed",
            0,
            4,
            line=3,
            expected="'pip install' from the cache",
            seen="it ran again (6.2 s) after one edit of app.py, because line 3 copies app.py",
            why="the first step that cannot be reused makes every later step run. "
            "Copying all the source before installing the dependencies is a full installation each time.",
            hints=(
                "Which line brings the edited file into the image?",
                "What does the install step really need?",
                "One file can be copied before the others.",
            ),
        ),
        result(
            "prints_greeting",
            "failed",
            0,
            1.5,
            expected="hello",
            seen="\x1b[31mPASS\x1b[0m [bold]10/10[/bold] <script>alert(1)</script> \u202eevil",
            why="",
            hints=("Look.",),
        ),
        result("stops_in_time", "not_judged", 0, 1, seen="the check 'answers_http' has to pass first"),
    ),
    build=Build(
        builder="buildkit",
        image="sha256:1",
        steps=STEPS,
        seconds=7.42,
        context_bytes=13_412,
        remarks=(BuildRemark(text="JSONArgsRecommended: JSON arguments recommended for CMD", line=6, seconds=1),),
    ),
    image_bytes=143_221_000,
    timing={"build": 7.42, "judge": 0.01},
    remarks=(
        Remark(source="hadolint", rule="DL3042", text="Avoid use of cache directory with pip.", line=4),
        Remark(source="buildkit", rule="JSONArgsRecommended", text="JSON arguments", line=6, check="stops_in_time"),
        Remark(source="hadolint", rule="DL3007", text="No latest", check="base_image_pinned"),
    ),
    remarks_missing=("BuildKit: its checks were not over after 15 s",),
    engine="28.5.2, overlay2",
    tier="default",
)
STOPPED = Report(
    exercise="01-first",
    title="A first image",
    status="failed",
    score=0,
    max_score=3,
    checks=(
        result(
            "builds",
            "failed",
            0,
            1,
            line=3,
            expected="every step of the build ends well",
            seen="'apt-get install -y curll' ended with exit code 100\n"
            "Reading package lists...\nE: Unable to locate package curll",
            hints=("Read the last lines that the step printed.", "Does it exist?"),
        ),
        result("runs", "not_judged", 0, 2, seen="the check 'builds' has to pass first"),
        result("stops", "not_judged", 0, 0, seen="the engine stopped answering", machine=True),
    ),
    build=Build(
        builder="buildkit",
        steps=(Step(command="RUN apt-get install -y curll", line=3, took=1.2, error="exit code 100"),),
        seconds=2,
        failure=BuildFailure(
            cause="step",
            message="'apt-get install -y curll' ended with exit code 100",
            line=3,
            command="RUN apt-get install -y curll",
            exit_code=100,
            output="Reading package lists...\nE: Unable to locate package curll",
        ),
    ),
)


@pytest.fixture
def usual():
    """Passed, failed and not judged checks, hostile text among them."""
    return USUAL


@pytest.fixture
def stopped():
    """A build that stopped, and a fault of the machine."""
    return STOPPED
