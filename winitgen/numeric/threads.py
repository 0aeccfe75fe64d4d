"""The number of threads that share the work, and a pool that returns results in order."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

MOST_THREADS = 16
"""Each thread has a few megabytes of scratch; more threads than this mostly wait for the disk or memory."""

WORTH_A_THREAD = 1 << 24
"""Bytes below which starting threads takes longer than the work they would share."""

Result = TypeVar("Result")


def threads_of(asked: int | None) -> int:
    """Return the threads asked for, or one per processor."""
    return asked or processors()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_for(nbytes: int, threads: int | None) -> int:
    """Return how many threads share the work on ``nbytes``; ``threads`` None means one per processor."""
    if nbytes < WORTH_A_THREAD:
        return 1
    return min(threads or processors(), MOST_THREADS)


class _Allowed(threading.local):
    """How many threads the work of this thread may use, or None."""

    count: int | None = None


_ALLOWED = _Allowed()


@contextmanager
def allowing(threads: int) -> Iterator[None]:
    """Let what this thread computes as a whole use so many threads, until the block ends."""
    before, _ALLOWED.count = _ALLOWED.count, threads
    try:
        yield
    finally:
        _ALLOWED.count = before


def allowed_threads() -> int:
    """Return how many threads a computation in this thread may use: one per processor, unless `allowing` says otherwise."""
    return min(_ALLOWED.count or processors(), MOST_THREADS)


def thread_pool(threads: int) -> ThreadPoolExecutor | None:
    """Return a pool of threads, or None for a single thread.

    None also if the main thread has ended, and the calling one goes on: then a pool cannot even be imported.
    """
    if threads == 1:
        return None
    try:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(threads)
    except RuntimeError:
        return None


def in_order(jobs: Iterable[Callable[[], Result]], threads: int) -> Iterator[Result]:
    """Yield what each job returns, in order; jobs run in ``threads`` threads, a few of them ahead.

    Jobs are created in the calling thread. If the system refuses threads, they also run there.
    """
    pool = thread_pool(threads)
    if pool is None:
        for job in jobs:
            yield job()
        return
    running: deque[Future[Result]] = deque()
    refused = False
    try:
        for job in jobs:
            if not refused:
                try:
                    running.append(pool.submit(job))
                except RuntimeError:  # can't start new thread: a limit on processes or on memory
                    refused = True
            while running and (refused or len(running) > 2 * threads):
                yield running.popleft().result()
            if refused:
                yield job()
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
