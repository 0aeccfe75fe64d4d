"""A tensor that is drawn where it is indexed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex

from winitgen import arguments
from winitgen.errors import UsageError
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor

Part = SupportsIndex | slice | EllipsisType | Sequence[SupportsIndex] | Array
Index = Part | tuple[Part, ...]

KINDS = "whole numbers, slices, one ..., and one list of whole numbers"


class OutOfRangeError(UsageError, IndexError):
    """An index that an axis does not have; it ends an iteration, as that of a list does."""


class Box(NamedTuple):
    """What an index names: a range an axis; which axes it leaves out; and the places on one axis, or None.

    ``first`` says that in NumPy's result the axis of the places comes first, wherever it was.
    """

    ranges: list[range]
    gone: list[int]
    listed: tuple[int, list[int]] | None = None
    first: bool = False


class TensorSlice:
    """One tensor of a checkpoint; an index draws what it names, and nothing else but what lies between."""

    def __init__(
        self,
        tensor: Tensor,
        read: Callable[[str, Sequence[range]], Array],
        convert: Callable[[Array], Any],
        *,
        as_numpy: bool,
    ) -> None:
        self._tensor, self._read, self._convert = tensor, read, convert
        self._as_numpy = as_numpy

    def get_shape(self) -> list[int]:
        """Return the shape of the whole tensor."""
        return list(self._tensor.shape)

    def get_dtype(self) -> str:
        """Return the number format, by its name in safetensors."""
        return DTYPES[self._tensor.dtype].safetensors

    def __getitem__(self, index: Index) -> Any:
        """Draw what an index names: whole numbers, slices, ``...``, one list of whole numbers.

        The result is that of the whole tensor at this index: where a slice stands between a list and a number, NumPy and
        JAX put the list's axis first, and PyTorch leaves it at its place.

        Raises `OutOfRangeError`, an `IndexError`, for a number that an axis does not have, and `UsageError` for
        anything else that no such index is.
        """
        box = box_of(index, self._tensor.name, self._tensor.shape)
        found = self._listed(box) if box.listed else self._turned(box.ranges)
        shape = [size for axis, size in enumerate(found.shape) if axis not in box.gone]
        found = found.reshape(shape)
        return self._convert(_listed_first(found, box) if box.first and self._as_numpy else found)

    def _turned(self, ranges: Sequence[range]) -> Array:
        """Return the elements in ranges whose steps may be negative."""
        import numpy as np

        found = self._read(self._tensor.name, [part if part.step > 0 else part[::-1] for part in ranges])
        turns = tuple(slice(None, None, 1 if part.step > 0 else -1) for part in ranges)
        return found if all(part.step > 0 for part in ranges) else np.ascontiguousarray(found[turns])

    def _listed(self, box: Box) -> Array:
        """Return the elements at the listed places of one axis: those that follow each other are drawn together."""
        import numpy as np

        assert box.listed is not None
        axis, places = box.listed
        shape = [len(part) for part in box.ranges]
        shape[axis] = len(places)
        found = np.empty(shape, DTYPES[self._tensor.dtype].numpy())
        first = 0
        while first < len(places):
            last = first + 1
            while last < len(places) and places[last] == places[last - 1] + 1:
                last += 1
            ranges = [*box.ranges]
            ranges[axis] = range(places[first], places[first] + last - first)
            found[(slice(None),) * axis + (slice(first, last),)] = self._turned(ranges)
            first = last
        return found


def _listed_first(found: Array, box: Box) -> Array:
    """Return an array with the axis of listed places before the others; the axes that an index leaves out are gone."""
    import numpy as np

    assert box.listed is not None
    axis = box.listed[0]
    axis -= sum(gone < axis for gone in box.gone)
    return np.ascontiguousarray(np.moveaxis(found, axis, 0))


def _is_parted(parts: Sequence[Part]) -> bool:
    """Tell whether a slice or ``...`` stands between the numbers and lists of an index.

    NumPy has then no place for the axis of a list among the others, and puts it before them:
    https://numpy.org/doc/stable/user/basics.indexing.html#combining-advanced-and-basic-indexing
    """
    places = [number for number, part in enumerate(parts) if not isinstance(part, slice | EllipsisType)]
    return bool(places) and places[-1] - places[0] >= len(places)


def box_of(index: Index, name: str, shape: Sequence[int]) -> Box:
    """Return what an index names in a tensor of a shape, whose ``name`` is for messages."""
    parts = list(index) if isinstance(index, tuple) else [index]
    dots = [place for place, part in enumerate(parts) if part is Ellipsis] or [len(parts)]
    missing = len(shape) - sum(part is not Ellipsis for part in parts)
    if len(dots) > 1:
        raise UsageError(f"the index of '{name}' has {len(dots)} times '...'; write one")
    if missing < 0:
        raise UsageError(
            f"the index of '{name}' is for {len(shape) - missing} axes, but its shape is {list(shape)}"
        )
    box = Box([], [], first=_is_parted(parts))
    parts[dots[0] : dots[0] + 1] = [slice(None)] * missing
    for axis, (part, size) in enumerate(zip(parts, shape, strict=True)):
        place = arguments.whole(part)
        if isinstance(part, slice):
            box.ranges.append(_range(part, name, size))
        elif place is not None:
            place = _place(place, name, axis, size)
            box.ranges.append(range(place, place + 1))
            box.gone.append(axis)
        elif box.listed is None:
            box.ranges.append(range(0))
            box = box._replace(listed=(axis, _places(part, name, axis, size)))
        else:
            raise UsageError(
                f"the index of '{name}' has two lists; index by one, and by the other what comes"
            )
    return box if box.listed else box._replace(first=False)


def _range(part: slice, name: str, size: int) -> range:
    """Return the places of a slice on an axis."""
    ends = part.start, part.stop, part.step
    for end in ends:
        if end is not None and arguments.whole(end) is None:
            raise UsageError(f"a slice of '{name}' has whole numbers, not {arguments.shown(end)}")
    if part.step is not None and arguments.whole(part.step) == 0:
        raise UsageError(f"a slice of '{name}' has the step 0; write 1 for every element")
    return range(*slice(*(arguments.whole(end) for end in ends)).indices(size))


def _places(part: object, name: str, axis: int, size: int) -> list[int]:
    """Return the places of a list, or of an array with one axis, of whole numbers."""
    try:
        found = arguments.numbers("index", part)
    except UsageError:
        found = [0.5]
    if not all(isinstance(place, int) for place in found):
        raise UsageError(f"the index of '{name}' is {KINDS}, not {arguments.shown(part)}")
    return [_place(int(place), name, axis, size) for place in found]


def _place(place: int, name: str, axis: int, size: int) -> int:
    """Return a place on an axis, counted from 0; a negative one counts from the end."""
    if not -size <= place < size:
        raise OutOfRangeError(
            f"index {arguments.shown(place)} is out of range for axis {axis} of '{name}', which has {size:,} elements"
        )
    return place % size
