"""One file behind an address, for as long as a cell needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def serve(file: str) -> Iterator[str]:
    """The address, on this machine only, at which `file` can be fetched until the block ends."""
    data, name = Path(file).read_bytes(), f"/{Path(file).name}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def log_message(self, *_: object) -> None:
            """Nothing is logged: the cell shows what the build says."""

        def _answer(self, *, with_body: bool) -> None:
            self.send_response(200 if self.path == name else 404)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(len(data) if self.path == name else 0))
            self.end_headers()
            if with_body and self.path == name:
                self.wfile.write(data)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{name}"
        finally:
            server.shutdown()
            thread.join()
