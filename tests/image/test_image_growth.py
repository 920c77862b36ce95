"""Time and memory grow with the number of files, and not with their size."""

import io
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from image_making import archive, file, hard, saved_parts, tar

from grader.image import read

SHAPES = {
    "many files": lambda n: [[file(f"d{i % 50}/file-{i}", b"x" * 50) for i in range(n)]],
    "written again": lambda n: [
        [file(f"f{i}", b"x") for i in range(n // 2)],
        [file(f"f{i}", b"y") for i in range(n // 2)],
    ],
    "whiteouts": lambda n: [[file(f"f{i}", b"x") for i in range(n // 2)], [file(f".wh.f{i}") for i in range(n // 2)]],
    "one opaque folder again and again": lambda n: [[file("d/f", b"x")], [file("d/.wh..wh..opq")] * n],
    "a file and a folder in turn": lambda n: [[file("a/b" if i % 2 else "a", b"x") for i in range(n)]],
    "names of one file": lambda n: [[file("f", b"x"), *(hard(f"h{i}", "f") for i in range(n))]],
    "deep": lambda n: [[file("d/" * 40 + f"{i % 7}/" * 40 + f"f{i}") for i in range(n // 4)]],
    "layers": lambda n: [[file(f"d/{i}", b"x") for i in range(n // 100)]] * 100,
}


def seconds(data: bytes) -> float:
    taken = []
    for _ in range(3):
        start = time.process_time()
        read(io.BytesIO(data))
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_time_is_linear_in_the_number_of_files(shape):
    """Ten times the files take ten times as long; a square would take a hundred times."""
    small, large = (archive(saved_parts([tar(layer) for layer in shape(n)])) for n in (600, 6000))
    assert seconds(large) < 30 * max(seconds(small), 0.005)


def test_memory_a_file_is_bounded():
    data = archive(saved_parts([tar(file(f"d{i % 50}/file-{i}", b"x") for i in range(10_000))]))
    tracemalloc.start()
    try:
        seen = read(io.BytesIO(data))
        assert tracemalloc.get_traced_memory()[1] / len(seen.files) < 1000
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_size_of_files():
    """A layer of 300 MB, streamed; chunks of a megabyte are never held but one at a time."""
    megabytes = 300
    header = file("zeros", b"")[0]
    header.size = megabytes << 20
    size = 512 + (megabytes << 20) + 1024
    outer = file("0/layer.tar", b"")[0]
    outer.size = size
    rest = archive(saved_parts([b""])[:2])

    def chunks() -> Iterator[bytes]:
        yield outer.tobuf() + header.tobuf()
        zeros = bytes(1 << 20)
        for _ in range(megabytes):
            yield zeros
        yield bytes(1024) + rest

    tracemalloc.start()
    try:
        seen = read(chunks())
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()
    assert seen.image.size == megabytes << 20
