"""The short texts of widgets and text twins, by language."""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


def words(language: str | None = None) -> Mapping[str, str]:
    """The texts by their keys; `language` as in DRYDOCK_LANGUAGE, English for what a language lacks."""
    return _read(language or os.environ.get("DRYDOCK_LANGUAGE", "en"))


@cache
def _read(language: str) -> Mapping[str, str]:
    folder = Path(__file__).parent
    english: dict[str, str] = tomllib.loads((folder / "en.toml").read_text("utf-8"))
    other = folder / f"{language}.toml"
    if language == "en" or not other.is_file():
        return english
    return english | tomllib.loads(other.read_text("utf-8"))
