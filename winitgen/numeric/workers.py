"""Threads that share the work of one step, split by samples, rows or blocks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from winitgen.numeric.stopping import go_on, is_stopped, stoppable
from winitgen.numeric.threads import allowing, thread_pool

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """A pool of threads; NumPy releases the interpreter lock while it computes, so they run in parallel."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._pool = thread_pool(threads)
        self._interrupted = False

    def each(self, do: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return what ``do`` returns for every item, in order; none begins once the work is stopped.

        An overflow becomes infinite without a warning: the probe checks for it afterwards.
        """
        stopped = is_stopped()  # in the calling thread

        def quietly(item: Item) -> Result:
            with (
                np.errstate(all="ignore"),
                stoppable(lambda: self._interrupted or stopped()),
                allowing(self.threads),
            ):
                go_on()
                return do(item)

        if self._pool is None:
            return [quietly(item) for item in items]
        waiting = deque(items)
        running = [*_submitted(self._pool, quietly, waiting)]
        here = [quietly(item) for item in waiting]
        return [*(future.result() for future in running), *here]

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
        """Wait for the threads, which end soon if the block is left by an exception."""
        if self._pool is not None:
            self._interrupted = kind is not None
            self._pool.shutdown(cancel_futures=self._interrupted)


def _submitted(
    pool: ThreadPoolExecutor, do: Callable[[Item], Result], waiting: deque[Item]
) -> Iterator[Future[Result]]:
    """Yield the work of a pool on each item; what is left waiting is for the calling thread.

    A pool takes nothing more once the main thread has ended, though the calling one goes on, and the system may refuse
    threads.
    """
    while waiting:
        try:
            future = pool.submit(do, waiting[0])
        except RuntimeError:
            return
        waiting.popleft()
        yield future
