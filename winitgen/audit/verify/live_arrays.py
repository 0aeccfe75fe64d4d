"""Arrays of a live model, or of a tree, against the tensors of a plan, in the words of `verify`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen.audit.matching import Matching, PlannedArray
from winitgen.audit.verify.headers import as_mistakes, differences
from winitgen.errors import DiffersError, UnreadableError
from winitgen.files.input.stored_array import StoredArray

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.arrays import Array


class LiveArray(NamedTuple):
    """What is known of an array before it has values: its name in the plan or of its own, its shape and number format."""

    name: str
    shape: tuple[int, ...]
    dtype: str


def check_arrays(label: str, wanted: Sequence[Tensor], found: Sequence[LiveArray], *hints: str) -> None:
    """Raise `DiffersError` unless the arrays are those of the tensors, by name, shape and number format.

    ``label`` is what the arrays are in, and stands before each line; ``hints`` are more lines about it.
    """
    arrays = {array.name: StoredArray(array.name, array.dtype, array.shape, 0, _unread) for array in found}
    named = {tensor.name for tensor in wanted}
    matching = Matching(
        [PlannedArray(tensor, arrays[tensor.name]) for tensor in wanted if tensor.name in arrays],
        [tensor for tensor in wanted if tensor.name not in arrays],
        [array for array in arrays.values() if array.name not in named],
        left_out=[],
    )
    lines = differences(matching, "live")
    if lines:
        mistakes = [*as_mistakes(label, lines), *as_mistakes(label, hints)]
        raise DiffersError("\n".join(map(str, mistakes)), mistakes)


def _unread(first: int, count: int) -> Array:
    """Stand for the values, which only a file has."""
    raise UnreadableError(f"there are no values {first} to {first + count}")
