"""The checks of an image that was pushed: the answers against the manifest that was handed in with them."""

import json
from hashlib import sha256

import pytest
from observing import complete, judged

from grader.model import Attached, Observation
from grader.model.observation import NotObserved

LAYERS = [{"digest": f"sha256:{letter * 64}", "size": size} for letter, size in (("a", 1000), ("b", 234))]
CONFIG = {"digest": "sha256:" + "c" * 64, "size": 99}
TEXT = json.dumps({"schemaVersion": 2, "config": CONFIG, "layers": LAYERS})
DIGEST = "sha256:" + sha256(TEXT.encode()).hexdigest()


def pushed(text: str | None = TEXT, **answers: object) -> Observation:
    attached = {} if text is None else {"manifest.json": Attached(text=text, digests=(DIGEST,))}
    return Observation(exercise="03-x", submission="s", answers=answers, attached=attached)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT, ""),
        (None, "there is no manifest.json beside the answers"),
        ("", "manifest.json is not the manifest of an image"),
        ("{", "manifest.json is not the manifest of an image"),
        ("[]", "manifest.json is not the manifest of an image"),
        ('{"manifests": [{}, {}]}', "manifest.json is an index, which names 2 manifests"),
        ('{"manifests": 3}', "manifest.json is not the manifest of an image"),
        ('[{"Id": "sha256:1", "RepoTags": []}]', "manifest.json is not the manifest of an image"),
        ('{"config": {"digest": 1, "size": 2}, "layers": []}', "manifest.json is not the manifest of an image"),
    ],
)
def test_manifest_handed_in(text: str | None, said: str) -> None:
    verdict = judged("manifest_handed_in", pushed(text))
    assert verdict.status == ("failed" if said else "passed")
    assert said in verdict.seen
    assert not said or complete(verdict)


@pytest.mark.parametrize(
    ("pull", "status"),
    [
        (f"127.0.0.1:5000/harbour@{DIGEST}", "passed"),
        (f"localhost/harbour:1.0@{DIGEST}", "passed"),
        (f"docker pull registry.example.org/harbour@{DIGEST}", "passed"),
        ("127.0.0.1:5000/harbour:1.0", "failed"),
        (f"harbour@{DIGEST}", "failed"),
        (f"team/harbour@{DIGEST}", "failed"),
        (f"127.0.0.1:5000/harbour@{DIGEST[7:]}", "failed"),
        (f"127.0.0.1:5000/harbour@{CONFIG['digest']}", "failed"),
        (f"127.0.0.1:5000/other@{DIGEST}", "failed"),
        (DIGEST, "failed"),
        ("", "failed"),
        ([f"127.0.0.1:5000/harbour@{DIGEST}"] * 2, "failed"),
    ],
)
def test_pull_by_digest(pull: object, status: str) -> None:
    verdict = judged("pull_by_digest", pushed(pull=pull), repository="harbour")
    assert verdict.status == status
    assert status == "passed" or complete(verdict)


@pytest.mark.parametrize(
    ("check", "question", "answer", "status"),
    [
        ("config_digest_named", "configuration", CONFIG["digest"], "passed"),
        ("config_digest_named", "configuration", "C" * 64, "passed"),
        ("config_digest_named", "configuration", DIGEST, "failed"),
        ("config_digest_named", "configuration", "", "failed"),
        ("base_layer_named", "shared", LAYERS[0]["digest"], "passed"),
        ("base_layer_named", "shared", LAYERS[1]["digest"], "failed"),
        ("base_layer_named", "shared", "a" * 12, "failed"),
        ("layer_bytes_named", "bytes", 1234, "passed"),
        ("layer_bytes_named", "bytes", "1,234 bytes", "passed"),
        ("layer_bytes_named", "bytes", "1 234 B", "passed"),
        ("layer_bytes_named", "bytes", "1.234", "failed"),
        ("layer_bytes_named", "bytes", 1333, "failed"),
        ("layer_bytes_named", "bytes", -1234, "failed"),
        ("layer_bytes_named", "bytes", 0, "failed"),
        ("layer_bytes_named", "bytes", True, "failed"),
    ],
)
def test_what_the_manifest_says(check: str, question: str, answer: object, status: str) -> None:
    verdict = judged(check, pushed(**{question: answer}))
    assert verdict.status == status
    assert status == "passed" or complete(verdict)


def test_without_a_file_of_answers_nothing_is_judged() -> None:
    with pytest.raises(NotObserved):
        judged("manifest_handed_in", Observation(exercise="03-x", submission="s", refusal="not TOML"))
