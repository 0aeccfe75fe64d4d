"""Reads ahead: the values of a file come in ranges of a few megabytes, of which the next are fetched in advance."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

WINDOW = 1 << 22
_AHEAD = 2
_MOST_HELD = 12
"""Windows of all files together, for a model may have hundreds of shards."""

_held: OrderedDict[tuple[Windows, int], Future[bytes]] = OrderedDict()
_lock = threading.Lock()


def _start_anew() -> None:
    """Forget in a forked child what the threads that it does not have held, and would have fetched."""
    global _lock  # noqa: PLW0603  # the name stands for whatever lock this process has
    _lock = threading.Lock()
    _held.clear()
    _workers.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


class Windows:
    """The windows of one object of ``size`` bytes; ``fetch`` returns the bytes from a start to a stop."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int) -> None:
        self._fetch, self._size = fetch, size

    def read_into(self, offset: int, buffer: memoryview) -> None:
        """Fill a buffer, which must end before the object does, from an offset; any thread may call this."""
        rest = buffer
        while rest:
            number, begin = divmod(offset, WINDOW)
            content = self._window(number).result()[begin : begin + len(rest)]
            rest[: len(content)] = content
            rest, offset = rest[len(content) :], offset + len(content)

    def _window(self, number: int) -> Future[bytes]:
        """Return a window that is here or on its way; start the next ones if the object is read in order."""
        with _lock:
            in_order = (self, number - 1) in _held
            found = self._requested(number)
            for later in range(number + 1, number + 1 + _AHEAD if in_order else 0):
                if later * WINDOW < self._size:
                    self._requested(later)
            while len(_held) > _MOST_HELD:
                _held.popitem(last=False)
        return found

    def _requested(self, number: int) -> Future[bytes]:
        """Return a window, as the one that was used last."""
        key = self, number
        found = _held.get(key)
        if found is None or (found.done() and found.exception() is not None):
            start = number * WINDOW
            found = _workers().submit(self._fetch, start, min(start + WINDOW, self._size))
            _held[key] = found
        _held.move_to_end(key)
        return found


@cache
def _workers() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(_AHEAD + 2, thread_name_prefix="winitgen-read-ahead")
