"""What the whole process shares: the precision of mpmath, the filters of warnings, the threads of BLAS, pools."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import mpmath
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from winitgen.numeric import threads
from winitgen.numeric.blas import one_blas_thread
from winitgen.numeric.digits import digits
from winitgen.numeric.process_lock import ProcessLock
from winitgen.numeric.unwarned import unwarned
from winitgen.numeric.workers import Workers


def blas_threads() -> set[int]:
    """Return how many threads BLAS has."""
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def in_a_thread(call: Callable[[], object]) -> threading.Thread:
    """Start a thread."""
    thread = threading.Thread(target=call)
    thread.start()
    return thread


def overlapping(
    first: Callable[[], AbstractContextManager[object]], second: Callable[[], AbstractContextManager[object]]
) -> None:
    """Enter one block, then another in another thread; leave the first one first."""
    inside, may_end = threading.Event(), threading.Event()

    def other() -> None:
        with second():
            inside.set()
            may_end.wait(10)

    with first():
        thread = in_a_thread(other)
        inside.wait(0.2)  # a lock keeps the other out
    may_end.set()
    thread.join()


def test_the_precision_is_not_that_of_the_program() -> None:
    """Neither has the other's."""
    known = mpmath.mp.dps
    try:
        mpmath.mp.dps = 3
        with digits(40) as mp:
            mpmath.mp.dps = 4
            found = str(mp.sqrt(2))
        assert 4 == mpmath.mp.dps
    finally:
        mpmath.mp.dps = known

    assert "1.41421356237309504880168872420969807857" == found


def test_two_precisions_at_once_are_two() -> None:
    """One may be asked for within the other; each is what it was."""
    with digits(20) as coarse:
        with digits(45) as fine:
            found = len(str(fine.sqrt(3))), len(str(coarse.sqrt(3)))
        again = len(str(coarse.sqrt(3)))

    assert (46, 21, 21) == (*found, again)


def test_precisions_of_two_threads_do_not_mix() -> None:
    """One thread waits for the other."""
    wrong: list[object] = []

    def compute(count: int) -> None:
        for _ in range(300):
            with digits(count) as mp:
                if len(str(mp.sqrt(3))) != count + 1:
                    wrong.append((count, str(mp.sqrt(3))))

    for thread in [in_a_thread(lambda count=count: compute(count)) for count in (25, 40)]:  # type: ignore[misc]
        thread.join()

    assert [] == wrong


def test_two_threads_leave_the_filters_as_they_were() -> None:
    """Whichever of them ends first."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        known = [*warnings.filters]
        overlapping(unwarned, unwarned)

        assert known == warnings.filters
        with unwarned():
            warnings.warn("nobody hears this", stacklevel=1)


@pytest.mark.parametrize("limited", [False, True], ids=["as it is", "limited by the program"])
def test_two_threads_leave_blas_its_threads(monkeypatch: pytest.MonkeyPatch, limited: bool) -> None:
    """Whichever of them ends first, and whether or not the program has chosen a number for itself."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    threadpool_limits(2, user_api="blas")
    with threadpool_limits(2, user_api="blas") if limited else nullcontext():
        overlapping(one_blas_thread, one_blas_thread)
        overlapped = blas_threads()
        with one_blas_thread():
            inside = blas_threads()
            with one_blas_thread():
                pass
            still = blas_threads()

        assert ({2}, {1}, {1}, {2}) == (overlapped, inside, still, blas_threads())


def test_a_lock_that_is_held_at_a_fork_is_free_in_the_child() -> None:
    """The thread that holds it is not there."""
    lock, held, may_end = ProcessLock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            may_end.wait(10)

    thread = in_a_thread(hold)
    held.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if not child:
        taken = lock._lock.acquire(timeout=2)
        os._exit(0 if taken else 1)
    ended = os.waitpid(child, 0)[1]
    may_end.set()
    thread.join()

    assert 0 == ended


class Refusing:
    """A pool that takes some work, and then no more."""

    def __init__(self, pool: Any, most: int) -> None:
        self.pool, self.left = pool, most

    def submit(self, *args: Any) -> Any:
        """Take the work, or refuse it as Python does when the main thread has ended."""
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("cannot schedule new futures after interpreter shutdown")
        return self.pool.submit(*args)


@pytest.mark.parametrize("most", [0, 1, 3, 7])
def test_work_that_a_pool_refuses_is_done_here(most: int) -> None:
    """Each item once, and in order."""
    done: list[int] = []
    with Workers(2) as workers:
        assert workers._pool is not None
        pool, workers._pool = workers._pool, Refusing(workers._pool, most)  # type: ignore[assignment]
        found = workers.each(lambda item: (done.append(item), item * item)[1], range(7))  # type: ignore[func-returns-value]
        workers._pool = pool

    assert [0, 1, 4, 9, 16, 25, 36] == found
    assert [*range(7)] == sorted(done)


def test_there_is_no_pool_when_the_program_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python refuses even to import one."""

    def refuse(*_: object) -> None:
        raise RuntimeError("can't register atexit after shutdown")

    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor", refuse)

    assert threads.thread_pool(3) is None
    assert [1, 2] == [*threads.in_order([lambda: 1, lambda: 2], 3)]
    assert [1, 4] == Workers(3).each(lambda item: item * item, [1, 2])
