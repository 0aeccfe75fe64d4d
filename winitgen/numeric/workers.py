"""Threads that share the work of one step, split by samples, rows or blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from types import TracebackType
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """A pool of threads; NumPy releases the interpreter lock while it computes, so they run in parallel."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def each(self, do: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return what ``do`` returns for every item, in order.

        An overflow becomes infinite without a warning: the probe checks for it afterwards.
        """

        def quietly(item: Item) -> Result:
            with np.errstate(all="ignore"):
                return do(item)

        started: list[Future[Result]] = []
        rest = list(items)
        if self._pool is not None:
            with suppress(RuntimeError):  # can't start new thread: the rest is done here
                started.extend(self._pool.submit(quietly, item) for item in rest)
        here = [quietly(item) for item in rest[len(started) :]]
        return [*(future.result() for future in started), *here]

    def runs(self, count: int, longest: int | None = None) -> list[slice]:
        """Cut ``count`` items into runs: consecutive slices of about equal length, at least one per thread.

        There are fewer if there are fewer items. No run is longer than ``longest``, if given.
        """
        runs = min(count, self.threads)
        if longest is not None:
            runs = max(runs, -(-count // longest))
        edges = [count * run // runs for run in range(runs + 1)] if runs else []
        return [slice(first, last) for first, last in pairwise(edges)]

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()
