"""Worker processes in which runs are disturbed: two at a time, each with one thread."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

COUNT = int(os.environ.get("WINITGEN_FAULTS_WORKERS", "2"))


_kept: list[ProcessPoolExecutor] = []


@contextmanager
def kept() -> Iterator[None]:
    """Keep the workers in this context: they import winitgen once, and remember what undisturbed runs do."""
    with _pool() as pool:
        _kept.append(pool)
        try:
            yield
        finally:
            _kept.pop()


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(COUNT, multiprocessing.get_context("spawn"))


def spread(work: Callable[[Given], Result], items: Iterable[Given]) -> Iterator[tuple[Given, Result]]:
    """Yield each item with the result of ``work``, in order."""
    items = list(items)
    if not _kept:
        with kept():
            yield from spread(work, items)
    else:
        yield from zip(items, _kept[-1].map(work, items, chunksize=4), strict=True)


def failures(work: Callable[[Given], str], items: Iterable[Given]) -> tuple[int, list[str]]:
    """Return the number of items, and a line for each at which ``work`` finds an error."""
    results = list(spread(work, items))
    return len(results), [f"{item}: {wrong}" for item, wrong in results if wrong]
