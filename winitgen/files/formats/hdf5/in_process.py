"""Runs the HDF5 library in this process, where the system cannot fork: a file that crashes it ends the program."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from typing import Any

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5.requests import DAMAGED, SystemFault
from winitgen.files.formats.hdf5.session import Session


class InProcess:
    """Answers requests about one file at ``path`` as `Sandbox` does."""

    def __init__(self, path: str, session: Session) -> None:
        self.path = path
        self._session = session
        self._lock = Lock()

    def ask(self, request: Any, take: Callable[[bytes], object]) -> None:
        """Give each part of the answer to a request to ``take``, from any thread.

        Raises `UnreadableError` for a file that the library cannot read, and `OSError` for a fault of the system.
        """
        with self._lock:
            try:
                for part in self._session.answer(request):
                    if part:
                        take(bytes(part))
            except SystemFault as error:
                raise OSError(error.number, os.strerror(error.number)) from error
            except ValueError as error:
                raise UnreadableError(f"{self.path} {DAMAGED}") from error

    def close(self) -> None:
        """Close the file."""
        self._session.close()
