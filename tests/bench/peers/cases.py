"""The distributions and number formats that are drawn, and how long a value takes."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

DISTRIBUTIONS = ("normal", "uniform", "truncated normal")
DTYPES = ("float32", "float64", "bfloat16", "float16", "float8_e4m3fn")

CASES = [
    (f"{distribution} {dtype}", distribution, dtype) for distribution in DISTRIBUTIONS for dtype in DTYPES
]
"""Each pair under its name."""


def chosen(names: list[str]) -> list[tuple[str, str, str]]:
    """Return the cases of some names, or all."""
    return [case for case in CASES if not names or case[0] in names]


def stay_on(threads: int) -> None:
    """Let this process use so many cores and no other, before a library starts its threads."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def nanoseconds(draw: Callable[[], object], count: int, threads: int) -> float:
    """Return the time a value, the median of three draws after one: of the processor, on several threads of the clock."""
    clock = time.process_time if threads == 1 else time.perf_counter
    draw()
    times = [clock()]
    for _ in range(3):
        draw()
        times.append(clock())
    return statistics.median(end - begun for begun, end in pairwise(times)) / count * 1e9
