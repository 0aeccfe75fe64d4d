"""The arrays of a file in their true number formats.

NumPy's containers have no name for bfloat16 and float8, and hold their bits as unsigned integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from winitgen.audit.matching import PlannedArray, recipe_pairs
from winitgen.files.input.open_file import StoredArray, numpy_dtype
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    import numpy as np

    from winitgen.files.input.open_file import OpenFile, Read


def true_arrays(weights: OpenFile) -> Sequence[StoredArray]:
    """Return the arrays of a file; arrays of an ``.npz`` have the number formats of its recipe, if it has one."""
    arrays = weights.tensors
    if weights.format != "npz" or not any(array.dtype in {"uint8", "uint16"} for array in arrays):
        return arrays
    true = {id(pair.stored): true_array(pair, weights.format) for pair in recipe_pairs(weights)}
    return [true.get(id(array), array) for array in arrays]


def true_array(pair: PlannedArray, container: str) -> StoredArray:
    """Return the array of a pair, viewed in the tensor's number format if it stores those bits as integers."""
    tensor, stored = pair
    if stored.shape != tensor.shape or not holds_bits(stored, tensor.dtype, container):
        return stored
    dtype = numpy_dtype(tensor.dtype)
    assert dtype is not None  # NumPy and ml_dtypes have every format that a spec can ask for
    read = _viewed(stored, dtype)
    return StoredArray(
        stored.name,
        tensor.dtype,
        stored.shape,
        stored.nbytes,
        read,
        offset=stored.offset,
        forward=stored.forward,
    )


def holds_bits(stored: StoredArray, dtype: str, container: str) -> bool:
    """Tell whether an array of integers may hold the bits of a number format that its container cannot name."""
    return container != "safetensors" and stored.dtype == DTYPES[dtype].stored_as


def _viewed(array: StoredArray, dtype: np.dtype[np.generic]) -> Read:
    """Return a function that reads the bits of an array as numbers in ``dtype``."""

    def read(start: int, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
        return array.read(start, count).view(dtype)

    return read
