"""What .dockerignore leaves out. Every file was tried on a real engine: what COPY . / brought into the image."""

import pytest

from grader.dockerfile import ignored, parse_ignore
from grader.errors import DockerfileError

FILES = "a b foo barfoo .env a.txt b.md README.md #c d/a d/b.md d/foo d/e/a d/e/b.md d/e/f/g.txt foo2/foo/bar z/a.txt"

LEFT_OUT = [
    ("", ""),
    ("a", "a"),
    ("/a\n./b\n", "a b"),
    ("foo/\n d/e \n", "foo d/e/a d/e/b.md d/e/f/g.txt"),
    ("*.md", "b.md README.md"),
    ("**/*.md\n!README.md\n", "b.md d/b.md d/e/b.md"),
    ("*.md\n!*.md\n", ""),
    ("!*.md\n*.md\n", "b.md README.md"),
    (
        "*\n!d/a\n",
        "a b foo barfoo .env a.txt b.md README.md #c d/b.md d/foo d/e/a d/e/b.md d/e/f/g.txt foo2/foo/bar z/a.txt",
    ),
    ("d\n!d/e/a\n", "d/a d/b.md d/foo d/e/b.md d/e/f/g.txt"),
    ("d/**\n!d/e/**\n", "d/a d/b.md d/foo"),
    ("**/foo", "foo d/foo foo2/foo/bar"),
    ("**foo", "foo barfoo d/foo foo2/foo/bar"),
    ("**/a", "a d/a d/e/a"),
    ("d/*/a", "d/e/a"),
    ("*/*", "d/a d/b.md d/foo d/e/a d/e/b.md d/e/f/g.txt foo2/foo/bar z/a.txt"),
    ("**/e/**", "d/e/a d/e/b.md d/e/f/g.txt"),
    ("?", "a b d/a d/b.md d/foo d/e/a d/e/b.md d/e/f/g.txt z/a.txt"),
    ("[a-b]", "a b"),
    ("[^a]", "b d/a d/b.md d/foo d/e/a d/e/b.md d/e/f/g.txt z/a.txt"),
    ("d/../a", "a"),
    ("# x\n\\#c\n", "#c"),
    ("a\r\nb\r\n", "a b"),
    ("\ufeffa\n", "a"),
    ("*a*b*", ""),
    (".", ""),
    ("..", ""),
    ("/", ""),
    ("**\n!a\n", FILES.removeprefix("a ")),
]


@pytest.mark.parametrize(("text", "out"), LEFT_OUT)
def test_leaves_out(text, out):
    patterns = parse_ignore(text.encode())
    assert [name for name in FILES.split() if ignored(patterns, name)] == out.split()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a\n!\n", 2, 'illegal exclusion pattern: "!"'),
        ("!/", 1, 'illegal exclusion pattern: "!"'),
        ("[", 1, "syntax error in pattern"),
        ("\n\na\\", 3, "syntax error in pattern"),
    ],
)
def test_refuses(text, line, reason):
    with pytest.raises(DockerfileError, match=reason) as caught:
        parse_ignore(text.encode())
    assert caught.value.line == line


def test_folders_and_the_context_itself():
    patterns = parse_ignore(b"**")
    assert not ignored(patterns, ".")
    assert ignored(patterns, "d/e")
    assert ignored(parse_ignore(b"d"), "./d/")


def test_rules_have_lines():
    patterns = parse_ignore(b"# c\n\n*.md\n!README.md\n")
    assert [(rule.text, rule.negated, rule.line) for rule in patterns.rules] == [
        ("*.md", False, 3),
        ("README.md", True, 4),
    ]
