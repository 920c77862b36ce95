"""What is refused, on which line, and in BuildKit's words. Every line was tried on a real engine (BuildKit v0.25.2)."""

import pytest

from grader.dockerfile import parse
from grader.errors import DockerfileError

AFTER_FROM = [
    ("RUUN x", "unknown instruction: RUUN"),
    ("Coppy a b", "unknown instruction: Coppy"),
    ("\\", "unknown instruction: "),
    ("ONBUILD", "ONBUILD requires at least one argument"),
    ("ONBUILD ONBUILD RUN x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
    ("ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger"),
    ("onbuild maintainer x", "MAINTAINER isn't allowed as an ONBUILD trigger"),
    ("STOPSIGNAL", "STOPSIGNAL requires exactly one argument"),
    ("USER", "USER requires exactly one argument"),
    ("WORKDIR", "WORKDIR requires exactly one argument"),
    ("MAINTAINER", "MAINTAINER requires exactly one argument"),
    ("ARG", "ARG requires at least one argument"),
    ("ARG --x=1", "ARG requires at least one argument"),
    ("ARG =x", "ARG names can not be blank"),
    ("ENV", "ENV requires at least one argument"),
    ("ENV =x", "ENV names can not be blank"),
    ("ENV a", "ENV must have two arguments"),
    ("ENV a=b c", 'Syntax error - can\'t find = in "c". Must be of the form: name=value'),
    ("LABEL", "LABEL requires at least one argument"),
    ("LABEL a", "LABEL must have two arguments"),
    ("EXPOSE", "EXPOSE requires at least one argument"),
    ("EXPOSE --x 1", "unknown flag: --x"),
    ("VOLUME", "VOLUME requires at least one argument"),
    ('VOLUME [""]', "VOLUME specified can not be an empty string"),
    ('VOLUME ["a", 1]', "when using JSON array syntax, arrays must be comprised of strings only"),
    ("RUN [1]", "when using JSON array syntax, arrays must be comprised of strings only"),
    ("SHELL []", "SHELL requires at least one argument"),
    ("SHELL a", "SHELL requires the arguments to be in JSON form"),
    ("COPY a <<E\nE", "COPY cannot accept a heredoc as a destination"),
    ("COPY --frm=x a b", "unknown flag: --frm"),
    ("COPY --parents a b", "unknown flag: --parents"),
    ("COPY --link=x a b", "expecting boolean value for flag --link, not: x"),
    ("COPY --link= a b", "missing a value on flag: --link"),
    ("COPY --link --link a b", "duplicate flag specified: --link"),
    ("COPY --from a b", "missing a value on flag: --from"),
    ("COPY --from=a --from=b a b", "duplicate flag specified: --from"),
    ("RUN --security=insecure x", "unknown flag: --security"),
    ("RUN --network=x y", 'invalid network mode "x"'),
    ("RUN --mount type=bind x", "missing a value on flag: --mount"),
    ("RUN --mount=from=$a,target=/x y", "'from' doesn't support variable expansion, define alias stage instead"),
    ("RUN --device=x,y z", "invalid field 'y' must be a key=value pair"),
    (
        "RUN --mount='a\"b' y",
        'failed to parse csv mounts: parse error on line 1, column 2: bare " in non-quoted-field',
    ),
    ("RUN <<E", "unterminated heredoc"),
    ("FROM", "FROM requires either one or three arguments"),
    ("FROM a ass b", "FROM requires either one or three arguments"),
    ("FROM a AS 1x", 'invalid name for build stage: "1x", name can\'t start with a number or contain symbols'),
    ("FROM --x=1 a", "unknown flag: --x"),
    ("FROM ${x", 'failed to process "${x": unsupported modifier (�) in substitution'),
    ("HEALTHCHECK", "HEALTHCHECK requires at least one argument"),
    ("HEALTHCHECK FOO", 'Unknown type "FOO" in HEALTHCHECK (try CMD)'),
    ("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD"),
    ("HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments"),
    ("HEALTHCHECK --interval=x CMD a", 'time: invalid duration "x"'),
    ("HEALTHCHECK --interval=1 CMD a", 'time: missing unit in duration "1"'),
    ("HEALTHCHECK --interval=1x CMD a", 'time: unknown unit "x" in duration "1x"'),
    ("HEALTHCHECK --interval=1us CMD a", 'Interval "interval" cannot be less than 1ms'),
    ("HEALTHCHECK --retries=x CMD a", 'strconv.ParseInt: parsing "x": invalid syntax'),
    ("HEALTHCHECK --retries=-1 CMD a", "--retries cannot be negative (-1)"),
    ("HEALTHCHECK --retries=99999999999 CMD a", 'strconv.ParseInt: parsing "99999999999": value out of range'),
]

WHOLE = [
    ("RUN x\nFROM a\n", 1, "no build stage in current context"),
    ("ARG x\n", 1, "dockerfile contains no stages to build"),
    ("# check=skip=all\n# escape=x\nFROM a\n", 2, "invalid escape token 'x' does not match ` or \\"),
    ("# escape=`\n# escape=`\nFROM a\n", 2, "only one escape parser directive can be used"),
    ("FROM a\nRUUN x\n\nENV a\n", 4, "ENV must have two arguments"),
    ("FROM a\nRUN a \\\n # c\n b\n\nCOPY \\\n a\n", 6, "COPY requires at least two arguments"),
    ("FROM a\n" + "RUN " + "a" * 65_532 + "\n", 2, "dockerfile line greater than max allowed size of 65535"),
]

ACCEPTED = [
    "ONBUILD RUUN x",
    "ONBUILD COPY a",
    "STOPSIGNAL --x=1 9",
    "ARG --required x",
    "USER a b",
    "HEALTHCHECK --x=1 NONE",
    "HEALTHCHECK --interval= CMD a",
    "HEALTHCHECK --interval=0 CMD a",
    "HEALTHCHECK --interval=1m2.5s --retries=3 CMD a",
    "RUN",
    "CMD",
    "CMD [",
    "CMD []",
    "ADD --unpack --keep-git-dir=false a b",
    "COPY --exclude=a --exclude=b c d",
    "FROM busybox AS x.Y_Z-1",
    "RUN " + "a" * 65_531,
    'CMD ["sh"] x',
]


@pytest.mark.parametrize(("text", "reason"), AFTER_FROM)
def test_refuses_an_instruction(text, reason):
    with pytest.raises(DockerfileError) as caught:
        parse(f"FROM busybox\n{text}\n".encode())
    assert caught.value.what == f"Dockerfile line 2: {reason}"
    assert caught.value.line == 2


@pytest.mark.parametrize(("text", "line", "reason"), WHOLE, ids=lambda value: str(value)[:40])
def test_refuses_a_file(text, line, reason):
    with pytest.raises(DockerfileError) as caught:
        parse(text.encode())
    assert reason in caught.value.what
    assert caught.value.line == line


@pytest.mark.parametrize("text", ACCEPTED, ids=lambda value: value[:40])
def test_accepts(text):
    assert len(parse(f"FROM busybox\n{text}\n".encode()).instructions) == 2


@pytest.mark.parametrize(
    ("text", "do"),
    [
        ("RUUN x", "Did you mean RUN?"),
        ("copi a b", "Did you mean COPY?"),
        ("ENTRYPONT a", "Did you mean ENTRYPOINT?"),
        ("INSTALL vim", ""),
        ("COPY --frm=x a b", "Did you mean --from?"),
        ("RUN --Network=none x", "Did you mean --network?"),
        ("USER --x a", "This instruction has no flags."),
        ("FROM --as=x a", "It has --platform."),
        ("RUN --mount type=bind x", "Write --mount=VALUE, without a space."),
        ("RUN <<END\nx\n END", "The here-document has no line that holds only END."),
    ],
)
def test_says_what_to_do(text, do):
    with pytest.raises(DockerfileError) as caught:
        parse(f"FROM busybox\n{text}\n".encode())
    assert caught.value.do == do
