"""Tides as a sum of two waves, the moon's and the sun's: near enough to decide when a ship leaves the dock."""

from math import cos, tau

__version__ = "1.0.0"

MEAN_LEVEL = 2.4  # metres above the sill of the dock
MOON = (1.6, 12.4206)  # amplitude in metres, period in hours
SUN = (0.5, 12.0)


def height(hours: float) -> float:
    """The height of the water in metres, `hours` after a spring high water."""
    return MEAN_LEVEL + sum(amplitude * cos(tau * hours / period) for amplitude, period in (MOON, SUN))


def next_high_water(hours: float, step: float = 0.05) -> float:
    """When the water next stands highest, in hours after the same spring high water, to the nearest `step`."""
    at = hours + step
    while not height(at - step) <= height(at) >= height(at + step):
        at += step
    return at
