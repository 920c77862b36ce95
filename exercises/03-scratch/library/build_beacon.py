"""Build files/beacon-amd64 and files/beacon-arm64, the same bytes each time: `python3 build_beacon.py`.

Each is a static ELF program of a few hundred bytes, which needs neither a library nor a loader: it asks the kernel to
write one of two lines, and ends. The code is this, in the words of the one processor and then of the other:

    if there is an argument that begins with --ve:  write(1, VERSION)  else:  write(1, TEXT)
    exit(0)
"""

import struct
import sys
from pathlib import Path

VERSION, TEXT = b"beacon 1.0\n", b"beacon: lit\n"
ADDRESS = 0x400000
HEADERS = 64 + 56

# By processor: the number of its kind in an ELF header, and the code; VERSION and TEXT stand right behind the code.
# Made with GNU as from the sources that the comments give.
PROGRAMS = {
    # mov rcx,[rsp]; cmp rcx,2; jl lit; mov rcx,[rsp+16]; cmp dword ptr [rcx],0x65762d2d; jne lit
    # lea rsi,[rip+version]; mov edx,11; jmp write; lit: lea rsi,[rip+text]; mov edx,12
    # write: mov eax,1; mov edi,1; syscall; mov eax,60; xor edi,edi; syscall
    "amd64": (
        62,
        """
        48 8b 0c 24 48 83 f9 02 7c 1b 48 8b 4c 24
        10 81 39 2d 2d 76 65 75 0e 48 8d 35 28 00
        00 00 ba 0b 00 00 00 eb 0c 48 8d 35 25 00
        00 00 ba 0c 00 00 00 b8 01 00 00 00 bf 01
        00 00 00 0f 05 b8 3c 00 00 00 31 ff 0f 05
        """,
    ),
    # ldr x1,[sp]; cmp x1,2; b.lt lit; ldr x1,[sp,16]; ldr w2,[x1]; movz w3,0x2d2d; movk w3,0x6576,lsl 16; cmp w2,w3
    # b.ne lit; adr x1,version; mov x2,11; b write; lit: adr x1,text; mov x2,12
    # write: mov x8,64; mov x0,1; svc 0; mov x8,93; mov x0,0; svc 0
    "arm64": (
        183,
        """
        e1 03 40 f9 3f 08 00 f1 4b 01 00 54 e1 0b 40 f9
        22 00 40 b9 a3 a5 85 52 c3 ae ac 72 5f 00 03 6b
        81 00 00 54 61 01 00 10 62 01 80 d2 03 00 00 14
        41 01 00 70 82 01 80 d2 08 08 80 d2 20 00 80 d2
        01 00 00 d4 a8 0b 80 d2 00 00 80 d2 01 00 00 d4
        """,
    ),
}


def program(processor: str) -> bytes:
    """The program for `processor` as Docker calls it."""
    machine, code = PROGRAMS[processor]
    body = bytes.fromhex(code) + VERSION + TEXT
    size = HEADERS + len(body)
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    start = ADDRESS + HEADERS
    header = struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, start, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, ADDRESS, ADDRESS, size, size, 0x10000)
    return ident + header + segment + body


def write(folder: Path) -> list[Path]:
    """Write both programs into `folder`, executable; their paths."""
    written = []
    for processor in PROGRAMS:
        path = folder / f"beacon-{processor}"
        path.write_bytes(program(processor))
        path.chmod(0o755)
        written.append(path)
    return written


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent / "files"
    print(*write(Path(sys.argv[1]) if len(sys.argv) > 1 else here), sep="\n")
