"""Mutants of a script of commands and of a file of answers."""

import pytest

from grader.course.alter import answer_mutants, command_mutants

SCRIPT = """\
# don't touch the names
container=tide
image=tide:1

docker run --name $container busybox:1.37 sh -c 'mkdir /a && echo "x y" > /a/b'
docker commit -m "why it's kept" --author Mia \\
  -c 'CMD ["greet"]' $container $image
docker save $image | gzip > image.tar.gz
"""


def test_a_script_loses_a_command_an_option_or_a_part_one_at_a_time() -> None:
    run = "docker run --name $container busybox:1.37 sh"
    commit = "docker commit"
    assert [(one.operator, one.line, one.text) for one in command_mutants(SCRIPT)] == [
        ("delete", 5, f"""{run} -c 'mkdir /a && echo "x y" > /a/b'"""),
        ("option", 5, run),
        ("command", 5, f"""{run} -c 'echo "x y" > /a/b'"""),
        ("command", 5, f"{run} -c 'mkdir /a'"),
        ("delete", 6, f"""{commit} -m "why it's kept" --author Mia -c 'CMD ["greet"]' $container $image"""),
        ("option", 6, f"""{commit} --author Mia -c 'CMD ["greet"]' $container $image"""),
        ("option", 6, f"""{commit} -m "why it's kept" -c 'CMD ["greet"]' $container $image"""),
        ("option", 6, f"""{commit} -m "why it's kept" --author Mia $container $image"""),
        ("delete", 8, "docker save $image | gzip > image.tar.gz"),
    ]


def test_a_mutant_is_the_script_with_that_one_change() -> None:
    (mutant,) = [one for one in command_mutants(SCRIPT) if one.text.endswith("'mkdir /a'")]
    assert mutant.file == "commands.sh"
    assert mutant.data.decode() == SCRIPT.replace(""" && echo "x y" > /a/b'""", "'")


@pytest.mark.parametrize("text", ["", "# only a remark\n", "container=tide\n", "\n\n"])
def test_where_there_is_nothing_to_change(text: str) -> None:
    assert command_mutants(text) == ()


def test_answers_lose_one_text_at_a_time() -> None:
    text = '# "no answer"\nchanged = ["/a", "/b"]\nwho = "mia"\nhow_many = 3\n'
    found = answer_mutants(text)
    assert [(one.operator, one.line, one.text) for one in found] == [
        ("fewer", 2, '"/a"'),
        ("fewer", 2, '"/b"'),
        ("fewer", 3, '"mia"'),
    ]
    assert found[0].data.decode() == text.replace('"/a"', '""')
    assert found[0].file == "answers.toml"
