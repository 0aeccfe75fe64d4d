"""What belongs to the process as a whole is used by one thread at a time."""

from __future__ import annotations

import os
import threading
from types import TracebackType


class ProcessLock:
    """A lock that a thread may take twice; a forked child has a new one: the thread that holds this one is not there."""

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
