"""The threads of the BLAS library, which are those of the whole process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from winitgen.numeric.process_lock import ProcessLock

_OPENMP = "KMP_DUPLICATE_LIB_OK"


class _Limits:
    """The limits while several threads of the caller need them.

    Each thread has its own, because some libraries count threads for each. But where they are the process's, the one
    that entered second has found the first one's limit, and puts that back if it leaves last; the numbers from before
    the first are put back then.
    """

    def __init__(self) -> None:
        self.lock = ProcessLock()
        self.users = 0
        self.overlap = False
        self.before: dict[str, int] = {}

    def enter(self) -> Any:
        """Limit the library to one thread; return what takes that back."""
        import numpy as np  # noqa: F401  # a library that is loaded later would not be limited

        with self.lock:
            if not self.users:
                self.overlap, self.before = False, _numbers()
            self.users += 1
            self.overlap |= self.users > 1
            limits = _threadpoolctl().threadpool_limits(1, user_api="blas")
            limits.__enter__()
            return limits

    def leave(self, limits: Any) -> None:
        """Take the limit back."""
        with self.lock:
            limits.__exit__(None, None, None)
            self.users -= 1
            if not self.users and self.overlap:
                _set(self.before)


def _numbers() -> dict[str, int]:
    """Return how many threads each library has."""
    found = _threadpoolctl().threadpool_info()
    return {one["prefix"]: one["num_threads"] for one in found if one["user_api"] == "blas"}


def _set(numbers: dict[str, int]) -> None:
    """Set how many threads each library has, in a thread that ends: threadpoolctl gives the say to the one that did it last."""
    thread = Thread(target=_threadpoolctl().threadpool_limits, args=(numbers,))
    try:
        thread.start()
    except RuntimeError:  # can't start new thread: a limit of the system, or the program ends
        return
    thread.join()


def _threadpoolctl() -> Any:
    """Import threadpoolctl, which lets OpenMP be loaded twice for the rest of the process, and take that back."""
    known = "threadpoolctl" in sys.modules or _OPENMP in os.environ
    import threadpoolctl

    if not known:
        os.environ.pop(_OPENMP, None)
    return threadpoolctl


_limits = _Limits()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep the BLAS library of `numpy.dot` from starting threads, which would compete with ours.

    On the command line an environment variable has done so before NumPy was imported.
    """
    if os.environ.get("OPENBLAS_NUM_THREADS") == "1":
        yield
        return
    limits = _limits.enter()
    try:
        yield
    finally:
        _limits.leave(limits)
