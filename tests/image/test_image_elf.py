"""What a program file says of itself, on files put together here and on this machine's own Python."""

import struct
import sys
from pathlib import Path

import pytest

from grader.image.elf import Program, program


def elf(machine: int, loader: str = "", *, wide: bool = True, little: bool = True) -> bytes:
    """An ELF header with two program headers, the second of which names the loader."""
    end = "<" if little else ">"
    size, header = (56, 64) if wide else (32, 52)
    text = loader.encode() + b"\0"
    start = header + 2 * size
    kinds = (1, 3 if loader else 1)
    if wide:
        head = struct.pack(f"{end}HHIQQQIHHHHHH", 2, machine, 1, 0, header, 0, 0, 64, size, 2, 0, 0, 0)
        heads = [struct.pack(f"{end}IIQQQQQQ", kind, 4, start, 0, 0, len(text), len(text), 1) for kind in kinds]
    else:
        head = struct.pack(f"{end}HHIIIIIHHHHHH", 2, machine, 1, 0, header, 0, 0, 52, size, 2, 0, 0, 0)
        heads = [struct.pack(f"{end}IIIIIIII", kind, start, 0, 0, len(text), len(text), 4, 1) for kind in kinds]
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if little else 2, 1]) + b"\0" * 9
    return ident + head + b"".join(heads) + text


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (elf(62), Program(kind="elf", machine="amd64")),
        (elf(62, "/lib64/ld-linux-x86-64.so.2"),
         Program(kind="elf", machine="amd64", interpreter="/lib64/ld-linux-x86-64.so.2")),
        (elf(183, "/lib/ld-musl-aarch64.so.1"),
         Program(kind="elf", machine="arm64", interpreter="/lib/ld-musl-aarch64.so.1")),
        (elf(40, "/lib/ld.so", wide=False), Program(kind="elf", machine="arm", interpreter="/lib/ld.so")),
        (elf(22, "/lib/ld64.so.1", little=False),
         Program(kind="elf", machine="s390x", interpreter="/lib/ld64.so.1")),
        (elf(999), Program(kind="elf", machine="999")),
        (elf(62)[:30], Program(kind="other")),
        (b"\x7fELF", Program(kind="other")),
        (b"#!/bin/sh\nexec x\n", Program(kind="script", interpreter="/bin/sh")),
        (b"#! /usr/bin/env python3", Program(kind="script", interpreter="/usr/bin/env python3")),
        (b"", Program(kind="other")),
        (b"MZ\x90", Program(kind="other")),
    ],
)  # fmt: skip
def test_program(data: bytes, found: Program) -> None:
    assert program(data) == found


def test_headers_that_lead_nowhere_are_read_to_the_end() -> None:
    damaged = bytearray(elf(62, "/lib/ld.so"))
    damaged[54:58] = b"\0\0\xff\xff"
    assert program(bytes(damaged)).kind in ("elf", "other")


def test_a_real_program() -> None:
    found = program(Path(sys.executable).resolve().read_bytes())
    assert found.kind == "elf"
    assert not found.machine.isdigit()
