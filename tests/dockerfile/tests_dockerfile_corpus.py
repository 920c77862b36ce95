"""What generated Dockerfiles are made of."""

from pathlib import Path

import msgspec

CORPUS = [
    case["text"]
    for line in (Path(__file__).parent / "cases" / "buildkit-0.25.2.jsonl").read_bytes().splitlines()
    if "{LONG}" not in (case := msgspec.json.decode(line))["text"]
]

KEYWORDS = [
    "FROM",
    "RUN",
    "COPY",
    "ADD",
    "ENV",
    "LABEL",
    "ARG",
    "CMD",
    "ENTRYPOINT",
    "EXPOSE",
    "VOLUME",
    "USER",
    "WORKDIR",
    "SHELL",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "ONBUILD",
    "MAINTAINER",
    "run",
    "From",
    "INSTALL",
    "NONE",
]

TOKENS = [
    *KEYWORDS,
    *[f"\n{keyword} " for keyword in KEYWORDS],
    *[
        " ",
        " ",
        "\t",
        "\r",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x1f",
        "\x85",
        "\xa0",
        "\u2003",
        "\u2028",
        "\ufeff",
        "é",
        "à",
        "日本",
    ],
    *["\n", "\n", "\n\n", "\r\n", "\\", "\\\n", "\\ \n", "`", "`\n", "\n# c\n", "#", "\\\n# c\n\n  "],
    *["# escape=`\n", "#escape=\\\n", "# syntax=x\n", "# check=skip=all\n"],
    *['"', "'", '"a b"', "'a b'", "a\\ b", "\\\\", '\\"', "\\'", "=", "a", "b=c", '"a b"=c', "1", ":", ";", "|", "&& "],
    *[
        "$x",
        "${x}",
        "${x:-y z}",
        "${x:+",
        "}",
        "${x#y}",
        "<",
        "<<",
        "<<<",
        "<<E",
        "<<-E",
        '<<"E"',
        "3<<E",
        "<<E\nb\nE\n",
    ],
    *["\nE\n", "\n\tE\n", "EOF", "--from=x ", "--mount=type=cache,target=/c ", "-- ", "--", '--x="a b" ', "--x=é "],
    *['["a","b"]\n', '["a", 1]\n', "[]\n", "[", "{", "null", "[null]\n", "[1e999]\n", '["\\u00e9"]\n', '["\\ud800"]\n'],
]
