"""Calls whose warnings say nothing to the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from warnings import catch_warnings, simplefilter

from winitgen.numeric.process_lock import ProcessLock

_lock = ProcessLock()


@contextmanager
def unwarned() -> Iterator[None]:
    """Ignore all warnings, for a short time.

    The filters are those of the process: two threads that put them back in the wrong order would leave them changed.
    """
    with _lock, catch_warnings():
        simplefilter("ignore")
        yield
