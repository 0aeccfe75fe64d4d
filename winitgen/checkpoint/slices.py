"""A tensor that is drawn where it is indexed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from winitgen.errors import UsageError
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.arrays import Array

Part = int | slice | EllipsisType


class TensorSlice:
    """One tensor of a checkpoint; an index draws what it names."""

    def __init__(
        self, tensor: Tensor, read: Callable[[str, Sequence[range]], Array], convert: Callable[[Array], Any]
    ) -> None:
        self._tensor, self._read, self._convert = tensor, read, convert

    def get_shape(self) -> list[int]:
        """Return the shape of the whole tensor."""
        return list(self._tensor.shape)

    def get_dtype(self) -> str:
        """Return the number format, by its name in safetensors."""
        return DTYPES[self._tensor.dtype].safetensors

    def __getitem__(self, index: Part | tuple[Part, ...]) -> Any:
        ranges, kept = box(index, self._tensor.shape)
        return self._convert(self._read(self._tensor.name, ranges)[kept])


def box(index: Part | tuple[Part, ...], shape: Sequence[int]) -> tuple[list[range], tuple[Any, ...]]:
    """Return the range of each axis that an index names, and the index of what is drawn that leaves out axes."""
    parts = list(index) if isinstance(index, tuple) else [index]
    dots = [place for place, part in enumerate(parts) if part is Ellipsis] or [len(parts)]
    missing = len(shape) - sum(part is not Ellipsis for part in parts)
    if missing < 0 or len(dots) > 1:
        raise UsageError(f"a tensor of {len(shape)} axes has no index {index!r}")
    parts[dots[0] : dots[0] + 1] = [slice(None)] * missing
    ranges, kept = [], []
    for part, size in zip(parts, shape, strict=True):
        if isinstance(part, slice):
            ranges.append(range(*part.indices(size)))
            kept.append(slice(None))
        else:
            at = part.__index__() + (size if part.__index__() < 0 else 0)
            ranges.append(range(at, at + 1))
            kept.append(0)
    return ranges, tuple(kept)
