"""The checks that look at a running container."""

import pytest
from observing import complete, judged, observation

from grader.model import Files, FilesSeen, Http, HttpSeen, Run, RunSeen, Stop, StopSeen
from grader.model.image import File, ImageConfig

TEXT = "FROM debian:trixie-slim\nENV TZ=Asia/Shangai\nCOPY iam-apiserver bin/\nENTRYPOINT x\nCMD y\n"


def answer(name: str, seen: HttpSeen, path: str, **parameters: object):
    probe = Http(port=8080, path=path)
    return judged(name, observation(TEXT, probed={probe: seen}), port=8080, path=path, **parameters)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('{"status":"ok"}', '{"status": "ok"}'),
        ('{ "up": 3,\n "status" : "ok" }\n', '{"status":"ok"}'),
        ("hello from the drydock\n", "hello"),
        ("anything", ""),
        ("", ""),
        ('["a", 1]', '"a"'),
        ('{"a": {"b": [1, 2]}}', '{"a":{"b":[1,2]}}'),
    ],
)
def test_answers(body: str, wanted: str) -> None:
    verdict = answer("answers_http", HttpSeen(status=200, body=body, waited=0.25), "/healthz", body=wanted)
    assert verdict.status == "passed"


@pytest.mark.parametrize(
    ("seen", "says", "line"),
    [
        (HttpSeen(status=404, body="no"), "answered with 404", None),
        (HttpSeen(status=500, body='{"status":"ok"}'), "answered with 500", None),
        (HttpSeen(status=200, body='{"status":"down"}'), "down", None),
        (HttpSeen(status=200, body='{"state":"ok"}'), "state", None),
        (HttpSeen(status=200, body="<html>status ok</html>"), "html", None),
        (HttpSeen(status=200, body="[1]"), "[1]", None),
        (HttpSeen(status=None, exit_code=127, waited=0.3, output="sh: x: not found"), "exit code 127 after 0.3 s", 4),
        (HttpSeen(status=None, exit_code=0, waited=0.3), "exit code 0", 4),
        (HttpSeen(status=None, waited=10.0, error="nothing answered within 10 s"), "nothing answered within 10 s", 4),
        (HttpSeen(status=None, error="The container could not be started: denied"), "could not be started", 4),
    ],
)
def test_does_not_answer(seen: HttpSeen, says: str, line: int | None) -> None:
    verdict = answer("answers_http", seen, "/healthz", body='{"status": "ok"}')
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (HttpSeen(status=200, body="two pages", waited=0.1), "GET / at port 8080 was answered with 200"),
        (HttpSeen(status=404, body="no"), "GET /two at port 8080 was answered with 404"),
        (HttpSeen(status=200, body="one page"), "GET /two at port 8080 was answered with 200: one page"),
        (HttpSeen(status=None, waited=10.0, error="nothing answered within 10 s"), "nothing answered within 10 s"),
    ],
)
def test_a_server_that_knows_only_the_page_that_is_shown_in_the_task(second: HttpSeen, says: str) -> None:
    probed = {Http(port=8080, path="/"): HttpSeen(status=200, body="page"), Http(port=8080, path="/two"): second}
    others = [{"path": "/two", "body": "two"}]
    verdict = judged("answers_http", observation(TEXT, probed=probed), port=8080, path="/", body="page", others=others)
    assert verdict.status == ("passed" if "GET / " in says else "failed")
    assert says in verdict.seen


def test_another_status_can_be_what_is_wanted() -> None:
    assert answer("answers_http", HttpSeen(status=404), "/no", status=404).status == "passed"


@pytest.mark.parametrize(
    ("body", "offset"),
    [
        ('{"time":"2026-11-24T12:01:24+08:00","utc_offset":"+08:00","zone":"CST"}', "+08:00"),
        ('{"time": "2026-11-24T12:01:24+08:00"}', "+08:00"),
        ("2026-11-24 12:01:24 +08:00", "+08:00"),
        ("+08:00", "+08:00"),
        ("2026-11-24T04:01:24Z", "+00:00"),
        ("2026-11-24T04:01:24-03:30 UTC-03:30", "-03:30"),
    ],
)
def test_in_the_time_zone(body: str, offset: str) -> None:
    assert answer("answers_in_time_zone", HttpSeen(status=200, body=body), "/time", offset=offset).status == "passed"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("2026-11-24T04:01:24+00:00", "UTC+00:00"),
        ("2026-11-24T04:01:24Z", "UTC+00:00"),
        ("2026-11-23T20:01:24-08:00", "UTC-08:00"),
        ("2026-11-24T12:01:24", "without an offset"),
        ("Asia/Shanghai", "without an offset"),
        ("+08:00 and +00:00", "UTC+00:00 and UTC+08:00"),
        ("2026-11-24T12:01:24+09:00", "UTC+09:00"),
        ("", "without an offset"),
    ],
)
def test_not_in_the_time_zone(body: str, says: str) -> None:
    verdict = answer("answers_in_time_zone", HttpSeen(status=200, body=body), "/time", offset="+08:00")
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert says in verdict.seen
    assert complete(verdict)


PATH = "/opt/iam/bin/iam-apiserver"
VERSION = RunSeen(exit_code=0, stdout="iam-apiserver 1.4.0\n")


def program(run: RunSeen, file: File | None):
    run_probe, files_probe = Run(entrypoint=PATH, arguments=("--version",)), Files(paths=(PATH,))
    probed = {run_probe: run, files_probe: FilesSeen(files=(file,) if file else ())}
    seen = observation(TEXT, config=ImageConfig(user="nobody"), probed=probed)
    return judged("program_in_image", seen, path=PATH, arguments=["--version"], output="iam-apiserver 1.")


@pytest.mark.parametrize(
    "file",
    [
        File(path=PATH, kind="file", mode=0o755),
        File(path=PATH, kind="file", mode=0o555, uid=7),
        File(path=PATH, kind="link", mode=0o777, target="/usr/local/bin/iam-apiserver"),
        None,  # a folder on the way is a link
    ],
)
def test_the_program_works(file: File | None) -> None:
    assert program(VERSION, file).status == "passed"


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("#!/bin/sh\nexec serve --version\n", "passed", ""),
        ("#!/bin/sh\necho 'iam-apiserver 1.4.0'\n", "failed", "is another program than the one that was given"),
    ],
)
def test_a_program_that_only_prints_what_the_given_one_does(text: str, status: str, says: str) -> None:
    file = File(path=PATH, kind="file", mode=0o755)
    probed = {
        Run(entrypoint=PATH): VERSION,
        Files(paths=(PATH,)): FilesSeen(files=(file,)),
        Files(paths=(PATH,), follow=True, contents=True): FilesSeen(files=(file,), contents={PATH: text}),
    }
    verdict = judged("program_in_image", observation(TEXT, probed=probed), path=PATH, output="iam", holds="exec serve")
    assert verdict.status == status
    assert says in verdict.seen
    assert not says or complete(verdict)


def test_what_a_program_prints_may_go_to_standard_error() -> None:
    assert program(RunSeen(exit_code=0, stderr="iam-apiserver 1.4.0\n"), None).status == "passed"


@pytest.mark.parametrize(
    ("run", "file", "says"),
    [
        (RunSeen(exit_code=None, error="stat: no such file"), None, f"there is no {PATH}"),
        (RunSeen(exit_code=None, error="permission denied"), File(path=PATH, kind="file", mode=0o644), "mode 0644"),
        (RunSeen(exit_code=126, stderr="denied"), File(path=PATH, kind="file", mode=0o700), "by the user nobody"),
        (RunSeen(exit_code=None, error="is a directory"), File(path=PATH, kind="folder", mode=0o755), "is a directory"),
        (RunSeen(exit_code=0, stdout=""), File(path=PATH, kind="file", mode=0o755), "printed nothing"),
        (RunSeen(exit_code=0, stdout="busybox"), File(path=PATH, kind="file", mode=0o755), "busybox"),
        (RunSeen(exit_code=None, stdout="iam-apiserver 1.4.0"), File(path=PATH, kind="file", mode=0o755), "iam"),
        (RunSeen(exit_code=2, stdout="iam-apiserver 1.4.0"), File(path=PATH, kind="file", mode=0o755), "exit code 2"),
        (RunSeen(exit_code=None, error="no such file"), File(path=PATH, kind="link", target="/gone"), "no such file"),
    ],
)
def test_the_program_does_not_work(run: RunSeen, file: File | None, says: str) -> None:
    verdict = program(run, file)
    assert (verdict.status, verdict.line) == ("failed", 3)
    assert says in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize("code", [0, 143, 1, 130])
def test_stops(code: int) -> None:
    probed = {Stop(grace=2.0): StopSeen(took=0.3, exit_code=code, killed=False)}
    assert judged("stops_in_time", observation(TEXT, probed=probed), seconds=2.0).status == "passed"


@pytest.mark.parametrize("signal", ["SIGKILL", "sigkill", "KILL", "9"])
def test_a_signal_that_nobody_can_heed_is_no_stop(signal: str) -> None:
    probed = {Stop(grace=2.0): StopSeen(took=0.1, exit_code=137, killed=False)}
    seen = observation(TEXT, config=ImageConfig(stop_signal=signal), probed=probed)
    verdict = judged("stops_in_time", seen, seconds=2.0)
    assert verdict.status == "failed"
    assert f"asks for {signal}, which ends a program at once" in verdict.seen
    assert complete(verdict)


@pytest.mark.parametrize(
    ("stop", "says"),
    [
        (StopSeen(took=2.0, exit_code=137, killed=True), "still running 2.0 s after SIGINT"),
        (StopSeen(took=0.0, exit_code=0, killed=False, ended_before=True), "exit code 0 before it was asked"),
        (StopSeen(took=0.0, exit_code=127, killed=False, ended_before=True, output="not found"), "not found"),
    ],
)
def test_does_not_stop(stop: StopSeen, says: str) -> None:
    seen = observation(TEXT, config=ImageConfig(stop_signal="SIGINT"), probed={Stop(grace=2.0): stop})
    verdict = judged("stops_in_time", seen, seconds=2.0)
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert says in verdict.seen
    assert complete(verdict)
