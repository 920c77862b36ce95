"""The container answers over HTTP.

Looks at: the answer of a container of the image, started as it is, to a GET request, and to others where the exercise
has more pages.
Why it matters: an image is right when what it starts does its work; that it builds says nothing about that.
Loses the point:
    ENTRYPOINT ["/opt/app/bin/servr"]        (there is no such program in the image)
Earns it:
    ENTRYPOINT ["/opt/app/bin/server"]
"""

import msgspec

from grader.checks import check
from grader.checks._answer import unanswered
from grader.model import Http, Observation, Params, Verdict, failed, passed


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What else is asked for, and a piece of the answer."""

    path: str
    body: str


class Parameters(Params, frozen=True, kw_only=True):
    port: int  # where the program listens, inside the container
    path: str = "/"  # what is asked for
    status: int = 200  # of the answer
    body: str = ""  # a piece of the answer; a JSON object: its keys with their values
    others: tuple[Page, ...] = ()  # other pages, each with its `path` and `body`, answered with 200


def _probe(p: Parameters, path: str) -> Http:
    return Http(port=p.port, path=path)


@check(practice="running", probes=lambda p: [_probe(p, path) for path in (p.path, *(one.path for one in p.others))])
def answers_http(seen: Observation, p: Parameters) -> Verdict:
    first = _asked(seen, p, p.path, p.status, p.body)
    others = (_asked(seen, p, one.path, 200, one.body) for one in p.others)
    return first if first.status != "passed" else next((one for one in others if one.status != "passed"), first)


def _asked(seen: Observation, p: Parameters, path: str, status: int, body: str) -> Verdict:
    answer = seen.of(_probe(p, path))
    if silence := unanswered(seen, answer, p.port, path):
        return silence
    shown = f"GET {path} at port {p.port} was answered with {answer.status}"
    if answer.status != status:
        return failed(
            seen=f"{shown}\n{answer.body[:200]}".strip(),
            expected=f"status {status}",
            hints=("Is it the right program that answers?", "What does the program's log say to this request?"),
        )
    if not _holds(answer.body, body):
        return failed(
            seen=f"{shown}: {answer.body[:200].strip()}",
            expected=f"an answer that holds {body}",
            hints=("Is it the right program that answers?", "Does it find all that it needs in the image?"),
        )
    return passed(f"{shown} after {answer.waited:.1f} s")


def _holds(body: str, wanted: str) -> bool:
    try:
        whole, part = msgspec.json.decode(body), msgspec.json.decode(wanted)
    except msgspec.DecodeError:
        return wanted in body
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and whole[key] == value for key, value in part.items())
    return wanted in body
