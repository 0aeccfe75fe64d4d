"""Long computations that end soon after their work is stopped, in whichever thread they run.

A signal raises in the main thread only, and another thread looks for it between two blocks. A computation that takes
longer than a block, such as that of an orthogonal matrix, calls `go_on` in its loops.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class WorkStopped(BaseException):
    """The work of this thread is stopped: its result is not needed."""


class _Current(threading.local):
    """What tells whether the work of this thread is stopped, or None."""

    stopped: Callable[[], bool] | None = None


_CURRENT = _Current()


@contextmanager
def stoppable(stopped: Callable[[], bool]) -> Iterator[None]:
    """Let `go_on` ask ``stopped`` in this thread, until the block ends."""
    before, _CURRENT.stopped = _CURRENT.stopped, stopped
    try:
        yield
    finally:
        _CURRENT.stopped = before


def is_stopped() -> Callable[[], bool]:
    """Return what tells whether the work of this thread is stopped, for threads that do a part of it."""
    return _CURRENT.stopped or _never


def _never() -> bool:
    return False


def go_on() -> None:
    """Raise `WorkStopped` if the work of this thread is stopped; it takes a tenth of a microsecond."""
    if _CURRENT.stopped is not None and _CURRENT.stopped():
        raise WorkStopped
