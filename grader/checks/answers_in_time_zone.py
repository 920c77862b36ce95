"""The container's clock is in the right time zone.

Looks at: the offsets from UTC (such as +08:00) in what a container of the image answers over HTTP.
Why it matters: logs and tokens carry local times. An image without a time zone runs on UTC, whatever the zone of the
machine.
Loses the point:
    RUN export TZ=Asia/Shanghai        (an exported variable ends with its own step)
Earns it:
    ENV TZ=Asia/Shanghai
    or  RUN ln -sf /usr/share/zoneinfo/Asia/Shanghai /etc/localtime
"""

import re

from grader.checks import check
from grader.checks._answer import unanswered
from grader.checks._text import last_line
from grader.model import Http, Instruction, Observation, Params, Verdict, failed, passed

OFFSET = re.compile(r"(?<![\d-])[+-]\d\d:\d\d(?!\d)|(?<=\d)[+-]\d\d:\d\d(?!\d)|(?<=:\d\d)Z\b")
ABOUT_TIME = re.compile(r"\bTZ\b|zoneinfo|localtime|timezone", re.IGNORECASE)


class Parameters(Params, frozen=True, kw_only=True):
    port: int  # where the program listens, inside the container
    path: str  # answers with the time and its offset from UTC
    offset: str  # as in +08:00


@check(practice="time zone", needs=("builds", "answers_http"), probes=lambda p: [Http(port=p.port, path=p.path)])
def answers_in_time_zone(seen: Observation, p: Parameters) -> Verdict:
    answer = seen.of(Http(port=p.port, path=p.path))
    if silence := unanswered(seen, answer, p.port, p.path):
        return silence
    offsets = {"+00:00" if found == "Z" else found for found in OFFSET.findall(answer.body)}
    if offsets == {p.offset}:
        return passed(f"the container's clock is at UTC{p.offset}: {answer.body[:200].strip()}")
    clock = " and ".join(f"UTC{offset}" for offset in sorted(offsets)) if offsets else "without an offset"
    return failed(
        line=last_line(seen, _about_time),
        seen=f"GET {p.path} was answered with a time {clock}: {answer.body[:200].strip()}",
        expected=f"a time at UTC{p.offset}",
        hints=(
            "What tells a program in the container which time zone it is in, and is it still there when it runs?",
            "A zone whose name does not exist is taken for UTC: compare the name with those in the image.",
            "Look up the environment variable TZ and the file /etc/localtime.",
        ),
    )


def _about_time(one: Instruction) -> bool:
    return bool(ABOUT_TIME.search(" ".join([one.text, *(heredoc.content for heredoc in one.heredocs)])))
