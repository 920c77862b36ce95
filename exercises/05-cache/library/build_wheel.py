"""Build files/wheels/tidewater-….whl from this folder, the same bytes each time: `python3 build_wheel.py`."""

import base64
import hashlib
import re
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAME = "tidewater"


def built(source: Path) -> tuple[str, dict[str, bytes]]:
    """The wheel's file name, and its members in order, with their contents."""
    module = (source / NAME / "__init__.py").read_bytes()
    version = re.search(rb'^__version__ = "(.+)"$', module, re.MULTILINE)[1].decode()
    info = f"{NAME}-{version}.dist-info"
    members = {
        f"{NAME}/__init__.py": module,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n"
        "Summary: Tides for a drydock, for an exercise in making images.\nLicense: MIT\nRequires-Python: >=3.9\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: drydock\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in members.items())
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return f"{NAME}-{version}-py3-none-any.whl", members


def write(folder: Path) -> Path:
    """Write the wheel into `folder`; neither the time nor a compressor's version has a say in its bytes."""
    name, members = built(HERE)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_STORED) as wheel:
        for member, data in members.items():
            entry = zipfile.ZipInfo(member, date_time=(2020, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            wheel.writestr(entry, data)
    return folder / name


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if sys.argv[1:] else HERE.parent / "files" / "wheels"))
