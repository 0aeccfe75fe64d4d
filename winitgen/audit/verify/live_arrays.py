"""Arrays of a live model, or of a tree, against the tensors of a plan, in the words of `verify`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen.audit.matching import Matching, PlannedArray
from winitgen.audit.verify.headers import as_mistakes, differences, shown
from winitgen.errors import DiffersError, UnreadableError
from winitgen.files.input.stored_array import StoredArray

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.arrays import Array


class LiveArray(NamedTuple):
    """What is known of an array before it has values: its own name, its shape and number format.

    ``tensor`` is the name of the tensor that it is; None if it is none, whatever its own name is.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    tensor: str | None


def check_arrays(label: str, wanted: Sequence[Tensor], found: Sequence[LiveArray], *hints: str) -> None:
    """Raise `DiffersError` unless the arrays are the tensors, each one of them, with their shapes and number formats.

    ``label`` is what the arrays are in, and stands before each line; ``hints`` are more lines about it.
    """
    taken: dict[str, LiveArray] = {}
    surplus = [one for one in found if one.tensor is None or taken.setdefault(one.tensor, one) is not one]
    matching = Matching(
        [PlannedArray(tensor, _stored(taken[tensor.name])) for tensor in wanted if tensor.name in taken],
        [tensor for tensor in wanted if tensor.name not in taken],
        [_stored(one) for one in surplus if one.name not in taken],
        left_out=[],
    )
    lines = differences(matching, "live")
    lines += [_taken(one.name, taken[one.name]) for one in surplus if one.name in taken]
    if lines:
        mistakes = [*as_mistakes(label, lines), *as_mistakes(label, hints)]
        raise DiffersError("\n".join(map(str, mistakes)), mistakes)


def _taken(name: str, other: LiveArray) -> str:
    """Return a line about a surplus array that has the name of a tensor, which is another array."""
    if other.name == name:
        return f"{shown(name)} is the name of two arrays, and the spec has one"
    return f"{shown(name)} is not among the tensors of the spec, whose {shown(name)} is {shown(other.name)}"


def _stored(array: LiveArray) -> StoredArray:
    """Return an array as one of a file."""
    return StoredArray(array.name, array.dtype, array.shape, 0, _unread)


def _unread(first: int, count: int) -> Array:
    """Stand for the values, which only a file has."""
    raise UnreadableError(f"there are no values {first} to {first + count}")
