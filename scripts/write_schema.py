"""Write docs/report.schema.json from the model; a test holds the two equal."""

from pathlib import Path

import msgspec

from grader.report import as_json

FILE = Path(__file__).resolve().parent.parent / "docs" / "report.schema.json"

if __name__ == "__main__":
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(as_json.schema()), indent=2) + b"\n")
