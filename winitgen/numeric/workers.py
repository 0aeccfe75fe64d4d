"""Threads that share the work of one step: over samples, rows or blocks, whatever an operation splits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import TracebackType
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """A number of threads; NumPy lets go of the interpreter while it computes, so that they run at once."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def each(self, do: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return what ``do`` gives for every item, in their order.

        What overflows becomes infinite without a warning: the probe looks for it afterwards.
        """

        def quietly(item: Item) -> Result:
            with np.errstate(all="ignore"):
                return do(item)

        if self._pool is None:
            return [quietly(item) for item in items]
        return list(self._pool.map(quietly, items))

    def runs(self, count: int, longest: int | None = None) -> list[slice]:
        """Return ``count`` things in about equal runs, at least one for each thread where there are so many.

        No run is longer than ``longest``, where that is given.
        """
        parts = min(count, self.threads)
        if longest is not None:
            parts = max(parts, -(-count // longest))
        edges = [count * part // parts for part in range(parts + 1)] if parts else []
        return [slice(first, last) for first, last in pairwise(edges)]

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()
