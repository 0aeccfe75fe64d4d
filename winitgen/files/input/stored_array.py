"""One array of a weight file, whose values are read run by run."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING

from winitgen.errors import UnreadableError
from winitgen.numeric.dtypes import is_stored

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

Read = Callable[[int, int], "Array"]
"""A function of a first element and a count that returns those elements, flat, in C order and native byte order."""


class StoredArray:
    """One named array of a file.

    ``dtype`` is the name of its number format in NumPy or ml_dtypes, or the container's own name if neither
    has one; the values of such an array cannot be read. ``nbytes`` is the size of
    its values before any compression. ``offset`` is where they begin; reading arrays in that order is fastest.
    ``forward`` means that reading is cheap only in order, as in a compressed archive. ``read_bytes`` reads values that
    NumPy lacks a number format for: of the bytes as they are in the file. ``constant`` is an array of the one value
    that all elements have, if the file says so without storing any.
    """

    __slots__ = (
        "_read",
        "_read_bytes",
        "constant",
        "dtype",
        "forward",
        "name",
        "nbytes",
        "offset",
        "shape",
        "size",
    )

    def __init__(
        self,
        name: str,
        dtype: str,
        shape: tuple[int, ...],
        nbytes: int,
        read: Read | None = None,
        *,
        offset: int = 0,
        forward: bool = False,
        read_bytes: Read | None = None,
        constant: Array | None = None,
    ) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.size = math.prod(shape)
        self.nbytes = nbytes
        self.offset = offset
        self.forward = forward
        self._read = read
        self._read_bytes = read_bytes
        self.constant = constant

    def called(self, name: str) -> StoredArray:
        """Return the same array under another name."""
        found = copy(self)
        found.name = name
        return found

    @property
    def readable(self) -> bool:
        """Whether NumPy has a number format for the values."""
        return self._read is not None

    def read(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count``, flat, in C order and native byte order, from any thread.

        Raises `UnreadableError` if the file ends too early or NumPy lacks the number format.
        """
        if self._read is None:
            raise UnreadableError(
                f"the values of {self.name!r} cannot be read: NumPy does not support {self.dtype}"
            )
        return self._read(start, count)

    @property
    def copiable(self) -> bool:
        """Whether the bits of the values can be read, in a number format that a file of winitgen can have."""
        return is_stored(self.dtype) and (self.readable or self._read_bytes is not None)

    def read_bytes(self, first: int, count: int) -> Array:
        """Return bytes ``first`` to ``first + count`` of values that NumPy lacks a number format for.

        Raises `UnreadableError` if the container does not say where they are.
        """
        if self._read_bytes is None:
            raise UnreadableError(f"the bytes of {self.name!r} cannot be read")
        return self._read_bytes(first, count)
