"""What is asked of the HDF5 library about one file, and the words for a file that it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

Work = Callable[[Any], Iterator[bytes | memoryview]]
"""Takes a request and yields the parts of the answer; an empty part only shows that it still makes progress."""

DAMAGED = "is not an HDF5 file, or is damaged"
DAMAGED_VALUES = "it is damaged, so that the HDF5 library cannot read its values"


class AskedFile(Protocol):
    """One open file, about which the library is asked in this process or in another."""

    path: str

    def ask(self, request: Any, take: Callable[[bytes], object]) -> None:
        """Give each part of the answer to a request to ``take``, from any thread.

        Raises `UnreadableError` for a file that the library cannot read, and `OSError` for a fault of the system.
        """

    def close(self) -> None:
        """Ask nothing more."""


class SystemFault(Exception):
    """A call of the system failed, with this error's number: no fault of the file."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
