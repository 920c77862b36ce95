"""An image without a layer: what FROM scratch with settings alone builds can be looked at like any other."""

from pathlib import Path

import pytest

from grader import image as images
from tests.conftest import Engines

pytestmark = pytest.mark.engine

TEXT = b'FROM scratch\nENV A=b\nENTRYPOINT ["/nothing"]\n'


@pytest.mark.parametrize("store", ["graph", "containerd"])
def test_an_image_without_layers_is_saved(store: str, all_engines: Engines, tmp_path: Path) -> None:
    engine = all_engines.with_bases(store)
    labels = {"drydock.test": "empty-image"}
    try:
        build = engine.build(tmp_path, dockerfile=TEXT, seconds=60, output_bytes=10_000, labels=labels)
        with engine.save([build.image]) as archive:
            seen = images.read(archive)
    finally:
        engine.remove_labelled(labels)
    assert (seen.image.layers, seen.image.file_count, seen.image.size) == ((), 0, 0)
    assert (seen.image.config.entrypoint, seen.image.config.environment["A"]) == (("/nothing",), "b")
    assert [row.created_by for row in seen.image.history][-1].startswith("ENTRYPOINT")
