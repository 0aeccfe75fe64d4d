"""What is asked of a native library about one file, and by which process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

Work = Callable[[Any], Iterator[bytes | memoryview]]
"""Takes a request and yields the parts of the answer; an empty part only shows that it still makes progress."""


class Started(NamedTuple):
    """A process that was started: its number, and the ends of pipes to ask and to hear."""

    child: int
    requests: int
    answers: int


class AskedFile(Protocol):
    """One open file, about which a library is asked in this process or in another."""

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
