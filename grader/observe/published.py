"""the ports that the image exposes, published."""

from __future__ import annotations

import time

from grader.errors import InputError
from grader.model import HttpSeen, Published, PublishedSeen
from grader.observe.bench import Bench
from grader.observe.http import answer_of

MOST = 20


def see(bench: Bench, probe: Published) -> PublishedSeen:
    """What `docker run -P` would do, on loopback only: every exposed TCP port is published, at most MOST of them."""
    exposed = bench.image.config.exposed_ports
    began = time.monotonic()
    wanted = f"{probe.port}/tcp"
    if wanted not in exposed:
        return PublishedSeen(published=exposed[:MOST])
    ports = [int(port.removesuffix("/tcp")) for port in exposed if port.endswith("/tcp") and port != wanted]
    try:
        with bench.start(ports=(probe.port, *ports[: MOST - 1]), network="bridge") as container:
            answer = answer_of(container, probe.port, probe.path, bench.exercise.limits.run_seconds, began)
    except InputError as unstarted:
        answer = HttpSeen(status=None, error=unstarted.what)
    return PublishedSeen(published=exposed[:MOST], answer=answer)
