"""Number formats that some containers cannot name: their bits are stored as unsigned integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.stored_array import StoredArray
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    import numpy as np

    from winitgen.files.input.stored_array import Read


_NAMELESS = frozenset({"npy", "npz", "npy-dir"})
"""NumPy's containers, which have no name for bfloat16 and float8; safetensors has, and HDF5 describes them, or has an attribute."""


def holds_bits(stored: StoredArray, dtype: str, container: str) -> bool:
    """Tell whether an array of integers may hold the bits of a number format that its container cannot name."""
    return container in _NAMELESS and stored.dtype == DTYPES[dtype].stored_as


def same_format(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether arrays of two files may be copies of each other, by the number format and the container of each.

    The formats are equal, unless one container has no name for that of the other and holds the bits as integers.
    """
    return one[0] == other[0] or _stands_for(one, other[0]) or _stands_for(other, one[0])


def _stands_for(stored: tuple[str, str], dtype: str) -> bool:
    """Tell whether a format in a container is that of integers in place of another, for which it has no name."""
    found, container = stored
    if dtype not in DTYPES or found != DTYPES[dtype].stored_as:
        return False
    in_bytes = found == "uint8" and container.startswith(("hdf5", "keras"))  # these can name bfloat16
    return in_bytes or container in {"npz", "npy"}


def viewed(stored: StoredArray, dtype: str) -> StoredArray:
    """Return an array of integers as the array of numbers whose bits they are."""
    kind = numpy_dtype(dtype)
    assert kind is not None  # NumPy and ml_dtypes have every format that a spec can ask for
    return StoredArray(
        stored.name,
        dtype,
        stored.shape,
        stored.nbytes,
        _viewed(stored, kind),
        offset=stored.offset,
        forward=stored.forward,
    )


def _viewed(array: StoredArray, dtype: np.dtype[np.generic]) -> Read:
    """Return a function that reads the bits of an array as numbers in ``dtype``."""

    def read(start: int, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
        return array.read(start, count).view(dtype)

    return read
