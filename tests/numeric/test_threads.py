"""How many threads share the work, and the order of what they return."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from winitgen.numeric.threads import MOST_THREADS, WORTH_A_THREAD, in_order, threads_for


def test_few_bytes_are_worth_one_thread_and_many_at_most_sixteen() -> None:
    """Between these ends it is as many as are asked for."""
    assert [1, 3, 16] == [
        threads_for(nbytes, threads)
        for nbytes, threads in ((WORTH_A_THREAD - 1, 8), (WORTH_A_THREAD, 3), (WORTH_A_THREAD, 99))
    ]
    assert 1 <= threads_for(WORTH_A_THREAD, None) <= MOST_THREADS


def slow(number: int) -> tuple[int, threading.Thread]:
    """Return a number, the smaller the later, and the thread that did."""
    time.sleep(0.02 if number < 3 else 0)
    return number, threading.current_thread()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_jobs(threads: int) -> None:
    """Whichever is done first."""
    found = list(in_order((partial(slow, number) for number in range(40)), threads))

    assert list(range(40)) == [number for number, _ in found]
    assert (threads == 1) == (threading.main_thread() in {thread for _, thread in found})


@pytest.mark.parametrize("allowed", [0, 1, 7])
def test_where_threads_are_refused_the_calling_one_works(
    allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on processes or on memory is no failure, and changes no order."""
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
