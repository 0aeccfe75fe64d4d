"""One array of a weight file, whose values are read run by run."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.numeric.dtypes import is_stored

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

Read = Callable[[int, int], "Array"]
"""A function of a first element and a count that returns those elements, flat, in C order and native byte order."""


class DamagedValuesError(UnreadableError):
    """The values of one array are damaged, while the header and the other arrays are not; ``why`` says so of that array."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(text)
        self.why = why


class StoredBlocks(NamedTuple):
    """Blocks of ``nbytes`` from which ``values`` numbers are computed each: the same numbers may stand in several ways.

    ``read`` takes a first byte and a count of bytes.
    """

    values: int
    nbytes: int
    read: Read


class StoredArray:
    """One named array of a file.

    ``dtype`` is the name of its number format in NumPy or ml_dtypes, or the container's own name if neither
    has one; the values of such an array cannot be read. ``nbytes`` is the size of
    its values before any compression. ``offset`` is where they begin; reading arrays in that order is fastest.
    ``forward`` means that reading is cheap only in order, as in a compressed archive. ``read_bytes`` reads values that
    NumPy lacks a number format for as the bytes that stand in the file; ``read`` then gives them in a wider format.
    ``constant`` is an array of the one value that all elements have, if the file says so without storing any. A text in
    place of ``read`` says why the values cannot be read, as what follows "it was not read: ". ``read_as`` is the number
    format of values that are computed when they are read, as of quantized blocks; empty if it is ``dtype``. An array
    without a shape, not even that of one value, has no elements and is ``shapeless``: a dataset of HDF5 with a null
    dataspace, or a member of an archive without a header. ``incidental`` is an array that a file may hold beside its weights,
    as the constants of a graph: `verify` does not miss it in the spec. ``blocks`` are those of which the values are computed, None if they are
    stored as they are.
    """

    __slots__ = (
        "_read",
        "_read_bytes",
        "_unread",
        "blocks",
        "constant",
        "dtype",
        "forward",
        "incidental",
        "name",
        "nbytes",
        "offset",
        "read_as",
        "shape",
        "shapeless",
        "size",
    )

    def __init__(  # noqa: PLR0913  # what a file says of an array
        self,
        name: str,
        dtype: str,
        shape: tuple[int, ...] | None,
        nbytes: int,
        read: Read | str | None = None,
        *,
        offset: int = 0,
        forward: bool = False,
        read_bytes: Read | None = None,
        constant: Array | None = None,
        read_as: str = "",
        incidental: bool = False,
        blocks: StoredBlocks | None = None,
    ) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape or ()
        self.shapeless = shape is None
        self.size = 0 if shape is None else math.prod(shape)
        self.nbytes = nbytes
        self.offset = offset
        self.forward = forward
        self._read = None if isinstance(read, str) else read
        self._unread = read if isinstance(read, str) else ""
        self._read_bytes = read_bytes
        self.constant = constant
        self.read_as = read_as or dtype
        self.incidental = incidental
        self.blocks = blocks

    def called(self, name: str) -> StoredArray:
        """Return the same array under another name."""
        found = copy(self)
        found.name = name
        return found

    def without_values(self, why: str) -> StoredArray:
        """Return the same array, of which no values are read; with an empty reason the array itself."""
        if not why:
            return self
        found = copy(self)
        found._read, found._read_bytes, found._unread = None, None, why
        return found

    @property
    def readable(self) -> bool:
        """Whether the values can be read as numbers."""
        return self._read is not None

    @property
    def unread(self) -> str:
        """Why the values cannot be read; empty if they can."""
        return "" if self.readable else self._unread or f"NumPy has no number format for {self.dtype}"

    def read(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count``, flat, in C order and native byte order, from any thread.

        Raises `UnreadableError` if the file ends too early, or with `unread` if the values cannot be read.
        """
        if self._read is None:
            raise UnreadableError(f"the values of {self.name!r} cannot be read: {self.unread}")
        return self._read(start, count)

    @property
    def has_bytes(self) -> bool:
        """Whether the bits are read by `read_bytes`, as NumPy has no number format for them."""
        return self._read_bytes is not None

    @property
    def copiable(self) -> bool:
        """Whether the bits of the values can be read, in a number format that a file of winitgen can have."""
        return is_stored(self.dtype) and (self.has_bytes or (self.readable and self.read_as == self.dtype))

    def read_bytes(self, first: int, count: int) -> Array:
        """Return bytes ``first`` to ``first + count`` of values that NumPy lacks a number format for.

        Raises `UnreadableError` if the container does not say where they are.
        """
        if self._read_bytes is None:
            raise UnreadableError(f"the bytes of {self.name!r} cannot be read")
        return self._read_bytes(first, count)
