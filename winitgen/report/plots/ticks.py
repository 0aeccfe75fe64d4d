"""The ticks of an axis and their labels, few enough not to overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from winitgen.report.plots.canvas import TICK_SIZE, text_width
from winitgen.report.plots.labels import tick_label

if TYPE_CHECKING:
    from matplotlib.axis import Axis


def even_ticks(low: float, high: float, most: int) -> list[float]:
    """Return 2 to ``most`` round numbers from ``low`` to ``high``, in steps of 1, 2 or 5 times a power of ten.

    If one step gives too many and the next fewer than two, the first and the last of the many are returned.
    """
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    many: list[float] = []
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        ticks = [float(f"{multiple * step:.10g}") for multiple in range(first, last + 1)]
        if len(ticks) < 2:
            break
        many = ticks
        if len(ticks) <= most:
            return ticks
    return [many[0], many[-1]]


def fitting_ticks(low: float, high: float, most: int, inches: float) -> list[float]:
    """Return `even_ticks`, or fewer if their labels do not fit side by side in this width."""
    for count in range(most, 1, -1):
        ticks = even_ticks(low, high, count)
        if sum(text_width(tick_label(tick), TICK_SIZE) + 0.1 for tick in ticks) <= inches:
            return ticks
    return even_ticks(low, high, 2)


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Return round numbers from ``low`` to ``high`` for a log axis; the range is at least a factor of 3."""
    bottom, top = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for mantissas in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3)):
        found = [float(f"{m}e{power}") for power in range(bottom, top + 1) for m in mantissas]
        found = [tick for tick in found if low <= tick <= high]
        if len(found) <= most:
            return found
    powers = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    stride = next(step for step in (1, 2, 3, 5, 10, 20, 30, 50, 100, 200) if len(powers) / step <= most)
    return [10.0**power for power in powers if power % stride == 0]


def decade_ticks(low: float, high: float, threshold: float, most: int = 3) -> list[float]:
    """Return 0 and powers of ten on both sides, for an axis that is linear within ``threshold`` of 0."""
    sides = []
    for end in (-low, high):
        powers = (
            range(math.ceil(math.log10(threshold)), math.floor(math.log10(end)) + 1)
            if end > threshold
            else ()
        )
        stride = -(-len(powers) // most) or 1
        sides.append([10.0**power for power in list(powers)[::-1][::stride]])
    return [*(-tick for tick in sides[0]), 0.0, *reversed(sides[1])]


def set_ticks(axis: Axis, ticks: Sequence[float]) -> None:
    """Set exactly these ticks on an axis, each labelled with its number."""
    axis.set_ticks(list(ticks), labels=[tick_label(tick) for tick in ticks])
    axis.set_ticks([], minor=True)
