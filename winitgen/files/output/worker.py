"""Threads that work while the calling thread reports and handles signals."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol


class Worker(threading.Thread):
    """A thread whose end is an event: ``work`` takes it, and sets it whatever happens.

    A signal that raises during ``Thread.join`` makes Python 3.11 take the running thread for one that has ended.
    """

    def __init__(self, work: Callable[[threading.Event], object]) -> None:
        self.ended = threading.Event()
        super().__init__(target=work, args=(self.ended,))


class Stoppable(Protocol):
    """Work in threads that ends soon after it is interrupted."""

    def interrupt(self) -> None:
        """Stop the work."""


def wait_for(workers: Sequence[Worker], work: Stoppable) -> None:
    """Wait until all that were started have ended; an interruption stops the work, and is raised when they have.

    A thread without an identity has not begun: if it still does, the work is stopped already.
    """
    # The file must not be closed while a thread still writes to it, so a second Ctrl-C waits too.
    interrupted: BaseException | None = None
    while running := [worker for worker in workers if worker.ident is not None and not worker.ended.is_set()]:
        try:
            for worker in running:
                worker.ended.wait()
        except BaseException as signal:  # raised below
            work.interrupt()
            interrupted = signal
    if interrupted:
        raise interrupted


def start(workers: Sequence[threading.Thread]) -> int:
    """Start as many threads as the system allows; return their number."""
    for count, worker in enumerate(workers):
        try:
            worker.start()
        except RuntimeError:  # can't start new thread: a limit on processes or on memory
            return count
    return len(workers)
