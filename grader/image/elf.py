"""What a program file says of itself: its format, its machine, and the loader that it needs.

Source: the System V ABI, "Object Files" and "Program Loading"; machine numbers from Linux's elf-em.h.
"""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

MACHINES = {3: "386", 21: "ppc64le", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64"}

_LOADER = 3
_HEADERS_MOST = 1_000
_PATH_BYTES = 4_096


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """`interpreter` is the loader of an ELF program (empty: it needs none), or what the first line of a script names.

    `machine` is the architecture as Go and Docker call it, empty for what is no ELF; an unknown one is its number.
    """

    kind: Literal["elf", "script", "other"]
    interpreter: str = ""
    machine: str = ""


def program(data: bytes) -> Program:
    """What the file with the contents `data` is; a damaged ELF file is `other`."""
    if data.startswith(b"#!"):
        line = data[2:_PATH_BYTES].split(b"\n", 1)[0]
        return Program(kind="script", interpreter=line.strip().decode("utf-8", "backslashreplace"))
    if not data.startswith(b"\x7fELF"):
        return Program(kind="other")
    try:
        return _elf(data)
    except (struct.error, IndexError):
        return Program(kind="other")


def _elf(data: bytes) -> Program:
    wide = data[4] == 2
    end = "<" if data[5] == 1 else ">"
    (number,) = struct.unpack_from(f"{end}H", data, 18)
    (offset,) = struct.unpack_from(f"{end}{'Q' if wide else 'I'}", data, 32 if wide else 28)
    size, count = struct.unpack_from(f"{end}HH", data, 54 if wide else 42)
    interpreter = ""
    for at in range(offset, offset + size * min(count, _HEADERS_MOST), size or 1):
        if struct.unpack_from(f"{end}I", data, at)[0] != _LOADER:
            continue
        word, place, length = ("Q", at + 8, at + 32) if wide else ("I", at + 4, at + 16)
        (start,) = struct.unpack_from(f"{end}{word}", data, place)
        (long,) = struct.unpack_from(f"{end}{word}", data, length)
        interpreter = data[start : start + min(long, _PATH_BYTES)].rstrip(b"\0").decode("utf-8", "backslashreplace")
    return Program(kind="elf", interpreter=interpreter, machine=MACHINES.get(number, str(number)))
