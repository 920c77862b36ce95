"""Open the course in JupyterLab, with Docker ready: yours where there is one, else an engine of Drydock's own."""

from __future__ import annotations

import argparse
import importlib

SUMMARY = "open the course in JupyterLab"


def options(parser: argparse.ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser; the address is printed")
    parser.add_argument("--port", type=int, help="the port to serve on (default: the first free one from 8888 on)")
    parser.add_argument("--ip", default="127.0.0.1", help="the address to serve on (default: this machine only)")
    parser.add_argument("--no-engine", action="store_true", help="open the course for reading, without Docker")


def run(given: argparse.Namespace) -> int:
    """Serve the course until it is stopped."""
    # By name: the grader knows nothing of Jupyter, and only this command hands over to what does.
    lab = importlib.import_module("labkit.lab")
    status: int = lab.serve(port=given.port, ip=given.ip, browser=not given.no_browser, docker=not given.no_engine)
    return status
