"""USER as the engine reads it: the same account as GetExecUser of github.com/moby/sys/user finds."""

import pytest

from grader.image.account import Account, account

PASSWD = (
    "root:x:0:0::/:/bin/sh\n  keeper:x:7:70::/:/bin/sh\nboss:x:0:0::/:/bin/sh\nletters:x:abc:0::/:/bin/sh\nshort\n"
    "twice:x:0:0::/:\ntwice:x:9:9::/:\n\x1codd:x:5:5::/:\nodd:x:0:0::/:\n\u2003wide:x:0:0::/:\nwide:x:6:6::/:\n"
    "last:x:3:3::/:\x0cmore:x:4:4::/:\n1234:x:8:8::/:\n"
)
GROUP = "root:x:0:\nwriters:x:600:keeper,last\nothers:x:601:boss\nreaders:x:602:last,keeper\n"


@pytest.mark.parametrize(
    ("user", "found"),
    [
        ("", Account(uid=0)),
        ("0", Account(uid=0)),
        ("+0", Account(uid=0)),
        ("keeper", Account(uid=7, gid=70, groups=(600, 602))),
        ("7", Account(uid=7, gid=70, groups=(600, 602))),
        ("007", Account(uid=7, gid=70, groups=(600, 602))),
        ("keeper:0", Account(uid=7, gid=0)),
        ("keeper:others", Account(uid=7, gid=601)),
        ("1000", Account(uid=1000)),
        ("1000:1000", Account(uid=1000, gid=1000)),
        ("1000:writers", Account(uid=1000, gid=600)),
        (":600", Account(uid=0, gid=600)),
        ("boss", Account(uid=0, groups=(601,))),
        # A number that is none is 0, and the first row counts.
        ("letters", Account(uid=0)),
        ("short", Account(uid=0)),
        ("twice", Account(uid=0)),
        # What is a space to Go and what is not; rows end at a line feed alone.
        ("odd", Account(uid=0)),
        ("wide", Account(uid=0)),
        ("more", None),
        # A number is never a name, and a number of another script is no number.
        ("1234", Account(uid=1234)),
        ("\u0661\u0660\u0660", None),
        ("1_000", None),
        ("ghost", None),
        ("keeper:ghosts", None),
        ("2147483648", None),
        ("-1", None),
        ("9" * 40, None),
    ],
)
def test_account(user: str, found: Account | None) -> None:
    assert account(user, PASSWD, GROUP) == found


def test_without_the_files() -> None:
    assert account("1000", "", "") == Account(uid=1000)
    assert account("keeper", "", "") is None
    assert account("", "", "") == Account(uid=0)
