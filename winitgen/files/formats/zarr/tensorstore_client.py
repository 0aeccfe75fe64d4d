"""Asks TensorStore about a folder: in a process of its own, which is started when the first values are asked for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from threading import Lock
from typing import Any

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.tensorstore_words import CRASHED, DAMAGED
from winitgen.files.input.stored_array import DamagedValuesError
from winitgen.files.sandbox.requests import AskedFile

_MOST_CRASHES = 3
"""After so many no further array is read: each takes a new process."""


def is_installed() -> bool:
    """Tell whether TensorStore is there; it is not imported."""
    return "tensorstore" in sys.modules or find_spec("tensorstore") is not None


class TensorStoreClient:
    """The arrays of one folder of ``size`` bytes, of which any thread may ask; ``shown`` is its path for messages."""

    def __init__(self, shown: str, size: int, *, database: bool) -> None:
        self._shown = shown
        self._size = size
        self._database = database
        self._lock = Lock()
        self._box: AskedFile | None = None
        self._crashes = 0

    def is_found(self) -> bool:
        """Tell whether TensorStore finds the folder: it has no path that is not UTF-8."""
        try:
            os.path.abspath(self._shown).encode()
        except UnicodeEncodeError:
            return False
        return True

    def arrays(self, take: Callable[[bytes], object]) -> None:
        """Give the arrays of a database to ``take``, in parts."""
        self._asked().ask(["arrays"], take)

    def values(self, request: list[Any], take: Callable[[bytes], object]) -> None:
        """Give a run of values to ``take``, in parts; raise `DamagedValuesError` if only this array cannot be read."""
        box = self._asked()
        try:
            box.ask(["values", *request], take)
        except DamagedValuesError:
            raise
        except UnreadableError as error:  # of the process itself
            self._let_go(box)
            raise DamagedValuesError(str(error), CRASHED) from error

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            if self._box is not None:
                self._box.close()
            self._crashes = _MOST_CRASHES

    def _let_go(self, box: AskedFile) -> None:
        """Let the next request start another process, a few times."""
        with self._lock:
            if self._box is box and self._crashes < _MOST_CRASHES:
                self._box = None
                self._crashes += 1

    def _asked(self) -> AskedFile:
        with self._lock:
            if self._box is None:
                self._box = self._started()
            return self._box

    def _started(self) -> AskedFile:
        folder = os.path.join(os.path.abspath(self._shown), "")
        if sys.platform != "win32":
            from winitgen.files.sandbox.spawned import can_start, spawned

            if can_start():
                from functools import partial

                from winitgen.files.sandbox.sandbox import Sandbox

                argument = json.dumps([folder, self._shown, self._database])
                start = partial(spawned, "winitgen.files.formats.zarr.tensorstore_process", argument)
                return Sandbox(self._shown, DAMAGED, start, self._size)
        from winitgen.files.formats.zarr.tensorstore_session import TensorStoreSession
        from winitgen.files.sandbox.in_process import InProcess

        session = TensorStoreSession(folder, self._shown, database=self._database)
        return InProcess(self._shown, DAMAGED, session)
