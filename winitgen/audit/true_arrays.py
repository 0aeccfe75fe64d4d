"""The arrays of a file in their true number formats.

NumPy's containers have no name for bfloat16 and float8, and hold their bits as unsigned integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from winitgen.audit.matching import PlannedArray, recipe_pairs
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stored_bits import holds_bits, viewed

if TYPE_CHECKING:
    from winitgen.files.input.open_file import OpenFile


def true_arrays(weights: OpenFile) -> Sequence[StoredArray]:
    """Return the arrays of a file; arrays of an ``.npz`` have the number formats of its recipe, if it has one."""
    arrays = weights.tensors
    if weights.format != "npz" or not any(array.dtype in {"uint8", "uint16"} for array in arrays):
        return arrays
    true = {id(pair.stored): true_array(pair, weights.format) for pair in recipe_pairs(weights, lenient=True)}
    return [true.get(id(array), array) for array in arrays]


def true_array(pair: PlannedArray, container: str) -> StoredArray:
    """Return the array of a pair, viewed in the tensor's number format if it stores those bits as integers."""
    tensor, stored = pair
    if stored.unread or stored.shape != tensor.shape or not holds_bits(stored, tensor.dtype, container):
        return stored
    return viewed(stored, tensor.dtype)
