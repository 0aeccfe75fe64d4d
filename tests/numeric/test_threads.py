"""The number of threads that share the work, and the order of their results."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from winitgen.numeric.threads import (
    MOST_THREADS,
    WORTH_A_THREAD,
    allowed_threads,
    allowing,
    in_order,
    processors,
    threads_for,
)


def test_few_bytes_get_one_thread_and_many_at_most_sixteen() -> None:
    """Between these limits it is the number asked for."""
    assert [1, 3, 16] == [
        threads_for(nbytes, threads)
        for nbytes, threads in ((WORTH_A_THREAD - 1, 8), (WORTH_A_THREAD, 3), (WORTH_A_THREAD, 99))
    ]
    assert 1 <= threads_for(WORTH_A_THREAD, None) <= MOST_THREADS


def test_a_computation_may_use_all_processors_unless_told_otherwise() -> None:
    """The innermost word counts, in its own thread only."""
    found = []
    with allowing(99), allowing(3):
        thread = threading.Thread(target=lambda: found.append(allowed_threads()))
        thread.start()
        thread.join()
        found.append(allowed_threads())

    assert [min(processors(), MOST_THREADS), 3] == found
    with allowing(99):
        assert MOST_THREADS == allowed_threads()


def slow(number: int) -> tuple[int, threading.Thread]:
    """Return a number, small ones after a delay, and the current thread."""
    time.sleep(0.02 if number < 3 else 0)
    return number, threading.current_thread()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_jobs(threads: int) -> None:
    """The order does not depend on which job finishes first."""
    found = list(in_order((partial(slow, number) for number in range(40)), threads))

    assert list(range(40)) == [number for number, _ in found]
    assert (threads == 1) == (threading.main_thread() in {thread for _, thread in found})


@pytest.mark.parametrize("allowed", [0, 1, 7])
def test_the_calling_thread_works_if_threads_are_refused(
    allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on processes or memory is not a failure, and does not change the order."""
    left, submit = [allowed], ThreadPoolExecutor.submit

    def limited(self: ThreadPoolExecutor, job: Any, /) -> Any:
        if not left[0]:
            raise RuntimeError("can't start new thread")
        left[0] -= 1
        return submit(self, job)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", limited)
    found = list(in_order((partial(slow, number) for number in range(20)), 4))

    assert list(range(20)) == [number for number, _ in found]
    assert 20 - allowed == sum(thread is threading.main_thread() for _, thread in found)
