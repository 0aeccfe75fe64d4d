"""Runs a native library in this process, where the system has no other way: a file that crashes it ends the program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, Protocol

from winitgen.errors import UnreadableError
from winitgen.files.sandbox.requests import SystemFault


class Answering(Protocol):
    """An open file, as a library reads it."""

    def answer(self, request: Any, /) -> Iterator[bytes | memoryview]:
        """Yield the parts of the answer to a request."""

    def close(self) -> None:
        """Close the file."""


class InProcess:
    """Answers requests about one file at ``path`` as `Sandbox` does."""

    def __init__(self, path: str, damaged: str, session: Answering) -> None:
        self.path = path
        self._damaged = damaged
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
                raise UnreadableError(f"{self.path} {self._damaged}") from error

    def close(self) -> None:
        """Close the file."""
        self._session.close()
