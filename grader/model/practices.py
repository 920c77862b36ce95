"""The thirteen practices that the course teaches."""

from __future__ import annotations

from collections.abc import Mapping

PRACTICES: Mapping[str, str] = {
    "capitals": "instructions in capitals",
    "base image": "a small official base image, one across a project",
    "only what is needed": "delete what is not needed, install only what is",
    "few layers": "what belongs together in one RUN",
    "permissions": "no change of permissions in a later step",
    "tag": "tag images",
    "tag in FROM": "a tag in FROM",
    "cache": "what stays the same first, what changes last",
    "copy rather than add": "COPY rather than ADD",
    "entrypoint": "exec-form ENTRYPOINT for the fixed part, CMD for the rest",
    "sharing": "share Dockerfiles rather than images",
    "dockerignore": "a .dockerignore",
    "multi-stage": "multi-stage builds",
}
"""The thirteen practices, by the name that a check gives as its `practice`, in the lesson's order."""
