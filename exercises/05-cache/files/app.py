"""When does the water stand high enough? A small web application that needs a library, tidewater."""

import json
import signal
import sys
import time
from wsgiref.simple_server import make_server

import tidewater

PORT = 8000
SPRING_HIGH_WATER = 1_735_711_200  # seconds since 1970


def tide() -> dict[str, object]:
    """The height of the water now, and when it is next at its highest."""
    hours = (time.time() - SPRING_HIGH_WATER) / 3600
    high = tidewater.next_high_water(hours)
    return {
        "metres": round(tidewater.height(hours), 2),
        "next_high_water_in_minutes": round((high - hours) * 60),
        "tidewater": tidewater.__version__,
    }


def application(environ, start_response):
    """Answer / with a greeting, /tide with the tide, all else with 404."""
    status, kind, text = "200 OK", "text/plain", "hello from the drydock\n"
    if environ["PATH_INFO"] == "/tide":
        kind, text = "application/json", json.dumps(tide()) + "\n"
    elif environ["PATH_INFO"] != "/":
        status, text = "404 Not Found", "there is nothing here\n"
    body = text.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(sys.argv[1]) if sys.argv[1:] else PORT
    with make_server("", port, application) as server:
        print(f"listening on port {port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
