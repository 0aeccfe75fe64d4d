"""What is asked of the HDF5 library about one file, and the words for a file that it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Work = Callable[[Any], Iterator[bytes | memoryview]]
"""Takes a request and yields the parts of the answer; an empty part only shows that it still makes progress."""

DAMAGED = "is not an HDF5 file, or is damaged"


class SystemFault(Exception):
    """A call of the system failed, with this error's number: no fault of the file."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
