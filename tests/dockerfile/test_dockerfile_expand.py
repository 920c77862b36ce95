"""Variables in words. Every line was tried on a real engine (BuildKit v0.25.2), as the value of a label."""

import pytest

from grader.dockerfile import expand
from grader.errors import DockerfileError

VARIABLES = {"a": "aXbXcX", "e": "", "p": "/usr/local/bin:/bin", "v": "1.2.3", "s": "a*b?c\\d"}

EXPANDED = [
    ("plain", "plain"),
    ("$a", "aXbXcX"),
    ("${a}b", "aXbXcXb"),
    ("$u-$e", "-"),
    ("$", "$"),
    ("a$", "a$"),
    ("$.", "$."),
    ("$1x", "x"),
    ("$$", ""),
    ("${u:-y}", "y"),
    ("${e:-y}", "y"),
    ("${a:-y}", "aXbXcX"),
    ("${u-y}", "y"),
    ("${e-y}", ""),
    ("${u:+y}", ""),
    ("${e:+y}", ""),
    ("${a:+y}", "y"),
    ("${e+y}", "y"),
    ("${u+y}", ""),
    ("${a?no}", "aXbXcX"),
    ("${e?no}", ""),
    ("${u:-${v}}", "1.2.3"),
    ("${u:-'a b'}", "a b"),
    ('${u:-"$v"}', "1.2.3"),
    ("${a#a}", "XbXcX"),
    ("${a#b}", "aXbXcX"),
    ("${a#*X}", "bXcX"),
    ("${a##*X}", ""),
    ("${a%X}", "aXbXc"),
    ("${a%X*}", "aXbXc"),
    ("${a%%X*}", "a"),
    ("${a%%?}", "aXbXc"),
    ("${v%.*}", "1.2"),
    ("${v##*.}", "3"),
    ("${v%%.*}", "1"),
    ("${p##*/}", "bin"),
    ("${p%:*}", "/usr/local/bin"),
    ("${s#a\\*}", "b?c\\d"),
    ("${s%\\\\d}", "a*b?c"),
    ("${u#x}", ""),
    ("${a/X/-}", "a-bXcX"),
    ("${a//X/-}", "a-b-c-"),
    ("${a//X/}", "abc"),
    ("${a/b*/-}", "aX-"),
    ("${a//*/y}", "y"),
    ("${a//?/z}", "zzzzzz"),
    ("${a///y}", "yayXybyXycyXy"),
    ("${v//./\\/}", "1\\/2\\/3"),
    ("${p//\\//-}", "-usr-local-bin:-bin"),
    ("${a//X/\\$0}", "a\\Xb\\Xc\\X"),
    ("${a/X/\\$0}", "a\\$0bXcX"),
    ("${a//X/$v}", "a1.2.3b1.2.3c1.2.3"),
    ("'$a'", "$a"),
    ('"$a"', "aXbXcX"),
    ("\\$a", "$a"),
    ('"\\$a"', "$a"),
    ('"\\x"', "\\x"),
    ("\\x", "x"),
    ("\\\\", "\\"),
    ("'a\\b'", "a\\b"),
    ('"it\'s"', "it's"),
    ("a\"b\"'c'", "abc"),
    ('""', ""),
]

REFUSED = [
    ("${", "syntax error: missing '}'"),
    ("${}", "syntax error: bad substitution"),
    ("${:x}", "syntax error: bad substitution"),
    ("${{a}}", "syntax error: bad substitution"),
    ("${a", "unsupported modifier (�) in substitution"),
    ("${a!b}", "unsupported modifier (!) in substitution"),
    ("${a:z}", "unsupported modifier (:z) in substitution"),
    ("${a:-b", "syntax error: missing '}'"),
    ("${a/b}", "syntax error: missing '/' in ${}"),
    ("${a/b/c", "syntax error: missing '}'"),
    ("${u?}", "u: is not allowed to be unset"),
    ("${u?gone}", "u: gone"),
    ("${u:?gone}", "u: gone"),
    ("${e:?}", "e: is not allowed to be empty"),
    ("${a#\\x}", "invalid pattern (\\x) in substitution: invalid escape '\\x'"),
    ('"a', "unexpected end of statement while looking for matching double-quote"),
    ("'a", "unexpected end of statement while looking for matching single-quote"),
]


@pytest.mark.parametrize(("word", "value"), EXPANDED)
def test_expands(word, value):
    assert expand(word, VARIABLES) == value


@pytest.mark.parametrize(("word", "reason"), REFUSED)
def test_refuses(word, reason):
    with pytest.raises(DockerfileError) as caught:
        expand(word, VARIABLES)
    assert caught.value.what.startswith("failed to process ")
    assert caught.value.what.endswith(f": {reason}")


@pytest.mark.parametrize(("word", "value"), [("`$a\\b", "$a\\b"), ("C:\\$v", "C:\\1.2.3"), ('"`"`x"', '"`x')])
def test_the_escape_character_can_be_the_backtick(word, value):
    assert expand(word, VARIABLES, "`") == value


def test_a_value_has_a_limit():
    with pytest.raises(DockerfileError, match="expands to more than"):
        expand("$a" * 100, {"a": "x" * 20_000})
