"""Mutants of a Dockerfile: which there are, that each is one change, and that none says the same as another."""

from __future__ import annotations

import pytest

from grader import dockerfile
from grader.course.mutate import ignore_mutants, mutants
from grader.course.operators import OPERATORS, order_matters
from grader.errors import DockerfileError

FROM = "FROM busybox:1.37\n"


def made(text: str) -> list[tuple[str, str]]:
    return [(one.operator, one.text) for one in mutants((FROM + text).encode()) if one.line > 1]


@pytest.mark.parametrize(
    ("operator", "instruction", "becomes"),
    [
        ("tag", "FROM busybox:1.37", ["FROM busybox"]),
        ("tag", "FROM localhost:5000/a/b:1 AS c", ["FROM localhost:5000/a/b AS c"]),
        ("tag", "FROM busybox@sha256:" + "0" * 64, ["FROM busybox"]),
        ("tag", "FROM busybox", []),
        ("tag", "FROM ${BASE}:1", []),
        ("flag", "COPY --chmod=755 --chown=1 a b/", ["COPY --chown=1 a b/", "COPY --chmod=755 a b/"]),
        ("flag", "RUN --mount=type=cache,target=/c make", ["RUN make"]),
        ("form", 'ENTRYPOINT ["a", "b"]', ["ENTRYPOINT a b"]),
        ("form", "ENTRYPOINT a b", []),
        ("form", 'VOLUME ["/a"]', []),
        ("command", "RUN a && b", ["RUN b", "RUN a"]),
        ("command", 'RUN a "x && y"', []),
        ("command", "RUN (a && b) && c", ["RUN c", "RUN (a && b)"]),
        ("option", "RUN rm -r -f x", ["RUN rm -f x", "RUN rm -r x"]),
        ("option", "RUN echo - --", []),
        ("fewer", "COPY a b c/", ["COPY b c/", "COPY a c/"]),
        ("fewer", "COPY a c/", []),
        ("fewer", 'COPY ["a b", "c", "d/"]', ['COPY ["c", "d/"]', 'COPY ["a b", "d/"]']),
        ("fewer", 'CMD ["a", "b"]', ['CMD ["b"]', 'CMD ["a"]']),
        ("fewer", 'ENV A="x y" B=2', ["ENV B=2", 'ENV A="x y"']),
        ("fewer", "ENV A x y", []),
        ("fewer", "EXPOSE 80 443", ["EXPOSE 443", "EXPOSE 80"]),
        ("argument", "COPY a bin/", ["COPY a bin-other/"]),
        ("argument", "COPY a .", ["COPY a ./other/"]),
        ("argument", "COPY a /", ["COPY a /other/"]),
        ("argument", "WORKDIR /srv", ["WORKDIR /srv-other"]),
        ("argument", "ENV A=b", ["ENV A_OTHER=b"]),
        ("argument", 'LABEL a.b="c"', ['LABEL a.b.other="c"']),
        ("argument", "ARG A=1", ["ARG A"]),
        ("argument", "ARG A", []),
        ("argument", "EXPOSE 80/tcp", ["EXPOSE 81/tcp"]),
        ("argument", "STOPSIGNAL SIGINT", ["STOPSIGNAL SIGKILL"]),
        ("argument", "STOPSIGNAL SIGKILL", ["STOPSIGNAL SIGTERM"]),
        ("argument", "HEALTHCHECK --interval=1s CMD true", ["HEALTHCHECK --interval=1s CMD exit 1"]),
        ("argument", "HEALTHCHECK NONE", []),
        ("argument", "ONBUILD COPY . /x", ["COPY . /x"]),
        ("argument", "VOLUME /a", ["VOLUME /a-other"]),
        ("argument", 'CMD ["a"]', ['CMD ["a-other"]']),
        ("keyword", 'ENTRYPOINT ["a"]', ['CMD ["a"]']),
        ("keyword", 'CMD ["a"]', []),
    ],
)
def test_an_operator(operator: str, instruction: str, becomes: list[str]) -> None:
    text = instruction if instruction.startswith("FROM") else FROM + instruction
    one = dockerfile.parse(text.encode()).instructions[-1]
    assert list(OPERATORS[operator](one)) == becomes


@pytest.mark.parametrize(
    ("two", "matters"),
    [
        ("WORKDIR /a\nCOPY b c", True),
        ("COPY a b\nRUN c", True),
        ("USER a\nRUN b", True),
        ("LABEL a=b\nCOPY c d", False),
        ("ENV A=1\nENV B=2", False),
        ("COPY a b\nFROM busybox:1.37", False),
        ("RUN a\nENTRYPOINT b", False),
    ],
)
def test_which_neighbours_are_swapped(two: str, matters: bool) -> None:
    first, second = dockerfile.parse((FROM + two).encode()).instructions[1:]
    assert order_matters(first, second) is matters


def test_continued_lines_and_the_comments_between_them_are_one_instruction() -> None:
    text = "RUN a \\\n  # why\n\n  && b\n# kept\nUSER 1\n"
    found = {(one.operator, one.text): one.data.decode() for one in mutants((FROM + text).encode())}
    assert found["delete", "RUN a && b"] == f"{FROM}# kept\nUSER 1\n"
    assert found["command", "RUN a"] == f"{FROM}RUN a\n# kept\nUSER 1\n"
    assert found["swap", "USER 1 | RUN a && b"] == f"{FROM}USER 1\n# kept\nRUN a \\\n  # why\n\n  && b\n"


def test_a_here_document_goes_with_its_instruction_and_loses_one_line_at_a_time() -> None:
    text = "RUN --network=none <<EOF\n# why\nmake\n\nmake install\nEOF\nUSER 1\n"
    found = {(one.operator, one.text): one.data.decode() for one in mutants((FROM + text).encode())}
    assert found["delete", "RUN --network=none <<EOF"] == f"{FROM}USER 1\n"
    assert found["flag", "RUN <<EOF"] == FROM + text.replace("--network=none ", "")
    assert found["script", "make"] == FROM + text.replace("make\n\n", "\n")
    assert found["script", "make install"] == FROM + text.replace("make install\n", "")
    assert len([name for name, _ in found if name == "script"]) == 2


def test_a_mutant_that_says_the_same_as_another_or_as_the_original_is_not_made() -> None:
    assert made("ENV A=1\nENV A=1\n").count(("delete", "ENV A=1")) == 1
    assert ("swap", "COPY a b | COPY a b") not in made("COPY a b\nCOPY a b\n")
    every = mutants((FROM + "RUN a &&  b\nCOPY a b/\n").encode())
    assert len({one.data for one in every}) == len(every)


def test_the_mutants_come_in_the_order_of_the_lines_and_name_theirs() -> None:
    lines = [one.line for one in mutants(b"# c\n\nFROM busybox:1.37\n\nRUN a && \\\n b\nCMD x\n")]
    assert lines == sorted(lines)
    assert set(lines) == {3, 5, 7}


def test_what_does_not_parse_has_no_mutants() -> None:
    with pytest.raises(DockerfileError):
        mutants(b"FORM busybox\n")


def test_a_dockerignore_loses_one_pattern_at_a_time() -> None:
    found = ignore_mutants(b"# all\n.git\n\n*.log\n")
    assert [(one.text, one.line, one.data) for one in found] == [
        (".git", 2, b"# all\n\n*.log\n"),
        ("*.log", 4, b"# all\n.git\n\n"),
    ]
    assert {one.file for one in found} == {".dockerignore"}
