"""Processes of their own in which runs are disturbed: two at a time, each with one thread."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

COUNT = int(os.environ.get("WINITGEN_FAULTS_WORKERS", "2"))


def spread(work: Callable[[Given], Result], items: Iterable[Given]) -> Iterator[tuple[Given, Result]]:
    """Yield each item with what ``work`` makes of it, in order."""
    items = list(items)
    with ProcessPoolExecutor(COUNT, multiprocessing.get_context("spawn")) as pool:
        yield from zip(items, pool.map(work, items, chunksize=4), strict=True)


def failures(work: Callable[[Given], str], items: Iterable[Given]) -> tuple[int, list[str]]:
    """Return how many items there were, and a line for each of which ``work`` says that something is wrong."""
    results = list(spread(work, items))
    return len(results), [f"{item}: {wrong}" for item, wrong in results if wrong]
