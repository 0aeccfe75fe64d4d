"""How many threads share the work."""

from __future__ import annotations

import os

from winitgen.errors import UsageError


def threads_of(asked: int | None) -> int:
    """Return the threads asked for, or one for each processor; raise `UsageError` for what is no number of them."""
    if asked is not None and (not isinstance(asked, int) or asked < 1):
        raise UsageError(f"threads is a whole number of at least 1, not {asked}")
    return asked or processors()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
