"""The threads of the BLAS library, which are those of the whole process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from winitgen.numeric.process_lock import ProcessLock

_OPENMP = "KMP_DUPLICATE_LIB_OK"


class _Limit:
    """The limit while somebody needs it: the first sets it, the last takes it back, in whatever order they end."""

    def __init__(self) -> None:
        self.lock = ProcessLock()
        self.users = 0
        self.limits: Any = None

    def enter(self) -> None:
        """Limit the library to one thread, unless it is."""
        import numpy as np  # noqa: F401  # a library that is loaded later would not be limited

        with self.lock:
            if not self.users:
                self.limits = _threadpool_limits()(1, user_api="blas")
            self.users += 1

    def leave(self) -> None:
        """Give the library its threads back, unless somebody still needs the limit."""
        with self.lock:
            self.users -= 1
            if not self.users:
                self.limits.restore_original_limits()


def _threadpool_limits() -> Any:
    """Import threadpoolctl, which lets OpenMP be loaded twice for the rest of the process, and take that back."""
    known = "threadpoolctl" in sys.modules or _OPENMP in os.environ
    from threadpoolctl import threadpool_limits

    if not known:
        os.environ.pop(_OPENMP, None)
    return threadpool_limits


_limit = _Limit()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep the BLAS library of `numpy.dot` from starting threads, which would compete with ours.

    On the command line an environment variable has done so before NumPy was imported.
    """
    if os.environ.get("OPENBLAS_NUM_THREADS") == "1":
        yield
        return
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()
