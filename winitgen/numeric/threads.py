"""How many threads share the work, and a pool whose results come back in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from winitgen.errors import UsageError

MOST_THREADS = 16
"""Each has scratch of its own, a few megabytes; more threads than this mostly wait for the disk or the memory."""

WORTH_A_THREAD = 1 << 24
"""Bytes below which starting threads takes longer than the work that they would share."""

Result = TypeVar("Result")


def threads_of(asked: int | None) -> int:
    """Return the threads asked for, or one for each processor; raise `UsageError` for what is no number of them."""
    if asked is not None and (not isinstance(asked, int) or asked < 1):
        raise UsageError(f"threads is a whole number of at least 1, not {asked}")
    return asked or processors()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_for(nbytes: int, threads: int | None) -> int:
    """Return how many threads share the work on so many bytes; None stands for as many as help."""
    if nbytes < WORTH_A_THREAD:
        return 1
    return min(threads or processors(), MOST_THREADS)


def in_order(jobs: Iterable[Callable[[], Result]], threads: int) -> Iterator[Result]:
    """Yield what each job returns, in their order; they run in ``threads`` threads, few of them ahead.

    Jobs are made in the calling thread. Where the system allows fewer threads, they run there, too.
    """
    if threads == 1:
        for job in jobs:
            yield job()
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    running: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads)
    alone = False
    try:
        for job in jobs:
            if not alone:
                try:
                    running.append(pool.submit(job))
                except RuntimeError:  # can't start new thread: a limit on processes or on memory
                    alone = True
            while running and (alone or len(running) > 2 * threads):
                yield running.popleft().result()
            if alone:
                yield job()
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
