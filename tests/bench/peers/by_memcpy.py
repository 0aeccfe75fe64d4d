"""The limit of any drawing into memory: a copy of an array as large."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

SIZES = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2, "float8_e4m3fn": 1}


def use(_: int) -> None:
    """Leave the threads to the filler."""


def filler(_: str, dtype: str, count: int, threads: int) -> Callable[[], object]:
    """Return what copies the bytes of ``count`` values."""
    source = np.ones(count * SIZES[dtype], np.uint8)
    target = np.zeros_like(source)
    halves = [
        (a, b) for a, b in zip(np.array_split(target, threads), np.array_split(source, threads), strict=True)
    ]
    pool = ThreadPoolExecutor(threads)
    return lambda: list(pool.map(lambda pair: np.copyto(*pair), halves))
