"""The name of an image, taken apart: repository, tag, digest."""

from __future__ import annotations

import msgspec

_HUB = ("docker.io/", "index.docker.io/")


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """`repository` as people write it (`debian`, `ghcr.io/org/app`), `tag` and `digest` empty where there is none."""

    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def pinned(self) -> bool:
        """Whether it names one edition: a digest, or a tag other than `latest`."""
        return bool(self.digest) or self.tag not in ("", "latest")


def reference(image: str) -> Reference:
    """Take the name of an image apart; `docker.io/library/debian:13` is the same as `debian:13`.

    Source: the grammar of the distribution project's reference package; a colon before the last slash is a port.
    """
    name, _, digest = image.partition("@")
    path, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    repository = f"{path}{slash}{last}"
    for host in _HUB:
        repository = repository.removeprefix(host)
    return Reference(repository=repository.removeprefix("library/"), tag=tag, digest=digest)
