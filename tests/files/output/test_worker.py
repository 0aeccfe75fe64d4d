"""Waiting for threads while signals arrive."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from winitgen.files.output.worker import Worker, wait_for


class Interruption(BaseException):
    """What the handler of a signal raises."""


class Work:
    """Work that ends when it is told to."""

    stopped = False

    def interrupt(self) -> None:
        """Tell it to end."""
        self.stopped = True

    def run(self, ended: threading.Event) -> None:
        """Work until stopped, and then a little longer."""
        while not self.stopped:
            time.sleep(0.001)
        time.sleep(0.2)
        ended.set()


@pytest.mark.parametrize("seconds", [0.01, 0.05, 0.1])
def test_an_interruption_waits_for_the_end(seconds: float) -> None:
    """Whenever a signal raises, the work is stopped and has ended before the exception goes on."""

    def interrupt(number: int, frame: object) -> None:
        raise Interruption

    work = Work()
    workers = [Worker(work.run) for _ in range(3)]
    ended = threading.Event()
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for worker in workers:
            worker.start()
        signal.setitimer(signal.ITIMER_REAL, seconds)
        with pytest.raises(Interruption):
            wait_for(workers, work)
        ended.set()
    finally:
        signal.signal(signal.SIGALRM, before)

    assert ended.is_set()
    assert all(worker.ended.is_set() for worker in workers)
    assert work.stopped


def test_a_worker_that_was_never_started_is_not_waited_for() -> None:
    """A signal may arrive before the last thread is started."""
    work = Work()
    work.stopped = True
    begun, never = Worker(work.run), Worker(work.run)
    begun.start()

    wait_for([begun, never], work)

    assert (True, False) == (begun.ended.is_set(), never.ended.is_set())
