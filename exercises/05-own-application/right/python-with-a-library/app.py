"""Says how high the water stands, every second, until it is told to stop."""

import signal
import sys
import time

import tidewater

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    print("the water rises, says", tidewater.__name__, flush=True)
    time.sleep(1)
