"""How far the computation of one array as a whole is, for a terminal to show: a bar of its bytes stands still meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class _Computing:
    """One computation: the work done, of the total."""

    def __init__(self, total: float) -> None:
        self._lock = threading.Lock()
        self._done = 0.0
        self._total = total

    def add(self, work: float) -> None:
        """Count a piece of work; any thread may."""
        with self._lock:
            self._done += work

    @property
    def share(self) -> float:
        return min(self._done / self._total, 1.0)


_now: list[_Computing] = []
"""What is being computed; of several at once, in threads of their own, the last is shown."""


@contextmanager
def computing(total: float) -> Iterator[Callable[[float], None]]:
    """Let `share` tell how far a computation is, until the block ends; it gives what counts a piece of the ``total`` work."""
    computation = _Computing(total)
    _now.append(computation)
    try:
        yield computation.add
    finally:
        _now.remove(computation)


def share() -> float | None:
    """Return how much of what is being computed is done, from 0 to 1; None if nothing is."""
    now = _now[-1:]  # in one step: the computation may end meanwhile
    return now[0].share if now else None
