"""The checks of what an image says of itself: labels, ports and volumes."""

import pytest
from observing import complete, judged, observation

from grader.model import HttpSeen, Published, PublishedSeen, Verdict, Volume, VolumeSeen
from grader.model.image import ImageConfig

TITLE, VERSION = "org.opencontainers.image.title", "org.opencontainers.image.version"
LABELS = {TITLE: "Logbook of the harbour", VERSION: "1.0"}
TEXT = f"""\
FROM busybox:1.37
LABEL {TITLE}="x"
LABEL {VERSION}=1
COPY first-page.html /var/lib/logbook/
VOLUME /var/lib/logbook
EXPOSE 8080
CMD x
"""


def labels(found: dict[str, str], text: str = TEXT) -> Verdict:
    return judged("label_set", observation(text, config=ImageConfig(labels=found)), labels=LABELS)


@pytest.mark.parametrize("more", [{}, {"drydock.run": "1"}, {"maintainer": "Mia"}])
def test_labels_are_set(more: dict[str, str]) -> None:
    assert labels(LABELS | more).status == "passed"


@pytest.mark.parametrize(
    ("found", "line", "says"),
    [
        ({}, 3, "0 labels"),
        ({"drydock.run": "1"}, 3, "0 labels"),
        ({TITLE: "Logbook of the harbour", VERSION: "1"}, 3, 'version="1"'),
        ({TITLE: "Logbook of the Harbour", VERSION: "1.0"}, 2, "Harbour"),
        ({TITLE: '"Logbook of the harbour"', VERSION: "1.0"}, 2, "2 labels"),
        ({"title": "Logbook of the harbour", VERSION: "1.0"}, 2, 'title="Logbook of the harbour"'),
    ],
)
def test_labels_are_not_set(found: dict[str, str], line: int, says: str) -> None:
    verdict = labels(found)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


def test_the_line_of_a_misspelt_label_is_that_of_the_last_label() -> None:
    assert labels({}, "FROM busybox:1.37\nLABEL titel=x\nCMD x\n").line == 2


def port(seen: PublishedSeen) -> Verdict:
    whole = observation(TEXT, probed={Published(port=8080, path="/p"): seen})
    return judged("port_exposed", whole, port=8080, path="/p", body="Wind")


PAGE = HttpSeen(status=200, body="<p>Wind from the west", waited=0.3)


def test_the_port_is_exposed() -> None:
    assert port(PublishedSeen(published=("8080/tcp",), answer=PAGE)).status == "passed"


@pytest.mark.parametrize(
    ("seen", "line", "says"),
    [
        (PublishedSeen(), 6, "exposes no port"),
        (PublishedSeen(published=("80/tcp",)), 6, "exposes 80/tcp"),
        (PublishedSeen(published=("8080/udp",)), 6, "exposes 8080/udp"),
        (PublishedSeen(published=("443/tcp", "8080/tcp"), answer=PAGE), 6, "exposes 443/tcp, 8080/tcp"),
        (
            PublishedSeen(published=("8080/tcp",), answer=HttpSeen(status=None, error="nothing answered within 5 s")),
            7,
            "no answer at port 8080",
        ),
        (PublishedSeen(published=("8080/tcp",), answer=HttpSeen(status=None, exit_code=1)), 7, "exit code 1"),
        (PublishedSeen(published=("8080/tcp",), answer=HttpSeen(status=404, body="Wind")), None, "answered with 404"),
        (PublishedSeen(published=("8080/tcp",), answer=HttpSeen(status=200, body="calm")), None, "calm"),
    ],
)
def test_the_port_is_not_exposed(seen: PublishedSeen, line: int | None, says: str) -> None:
    verdict = port(seen)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)


HERE = "/var/lib/logbook"


def volume(seen: VolumeSeen, text: str = TEXT) -> Verdict:
    whole = observation(text, probed={Volume(path=HERE): seen})
    return judged("volume_declared", whole, path=HERE, file="first-page.html", contents="Wind")


@pytest.mark.parametrize("folders", [(HERE,), (HERE, "/var/tmp")])
def test_the_volume_is_declared(folders: tuple[str, ...]) -> None:
    files = {"first-page.html": "<p>Wind", "openings.txt": "opened"}
    assert volume(VolumeSeen(folders=folders, mounted=True, files=files)).status == "passed"


@pytest.mark.parametrize(
    ("seen", "line", "says"),
    [
        (VolumeSeen(), 5, "the container has no volume, and none at /var/lib/logbook"),
        (VolumeSeen(folders=("/var/lib",)), 5, "a volume at /var/lib, and none"),
        (VolumeSeen(error="The container could not be started: x."), 5, "could not be started"),
        (VolumeSeen(folders=(HERE,), mounted=True), 4, "holds no file"),
        (VolumeSeen(folders=(HERE,), mounted=True, files={"pages/first-page.html": "Wind"}), 4, "pages/first-page"),
        (VolumeSeen(folders=(HERE,), mounted=True, files={"first-page.html": ""}), 4, "holds first-page.html"),
    ],
)
def test_the_volume_is_not_declared(seen: VolumeSeen, line: int, says: str) -> None:
    verdict = volume(seen)
    assert (verdict.status, verdict.line) == ("failed", line)
    assert says in verdict.seen
    assert complete(verdict)
