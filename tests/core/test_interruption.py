"""Ctrl-C or SIGTERM once, and again while what it ended is cleaning up."""

import os
import signal
import sys
import threading

import pytest

from grader.interruption import interrupted_once
from tests.programs import ROOT, running

CLEANS = """
import signal
import time
from grader.interruption import interrupted_once
signal.signal(signal.SIGTERM, signal.default_int_handler)
with interrupted_once():
    try:
        print("works", flush=True)
        time.sleep(60)
    finally:
        print("cleans", flush=True)
        time.sleep(0.5)
        print("clean", flush=True)
"""


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_the_second_one_does_not_end_the_cleaning_up(first: signal.Signals) -> None:
    with running([sys.executable, "-c", CLEANS], {**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        assert process.stdout
        assert process.stdout.readline() == "works\n"
        process.send_signal(first)
        assert process.stdout.readline() == "cleans\n"
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            process.send_signal(number)
        printed, said = process.communicate(timeout=60)
    assert printed == "clean\n"
    assert said.count("Traceback") == 1


def test_afterwards_all_is_as_before_and_other_threads_are_left_alone() -> None:
    before, ends = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with interrupted_once():
        assert signal.getsignal(signal.SIGINT) is not before
        assert (signal.getsignal(signal.SIGTERM) is ends) is not callable(ends), "what ends at once goes on doing so"
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.getsignal(signal.SIGTERM) is ends
    met = []

    def enter() -> None:
        with interrupted_once():
            met.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert met == [before]
