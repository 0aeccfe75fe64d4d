"""A tensor of several pieces, one after another along its first axis, each arranged separately."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from winitgen.layouts.tensor import Tensor
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class StackedTensor(Tensor):
    """The concatenation of ``pieces``, in C order; only those being written are held in memory."""

    __slots__ = ("pieces",)

    def __init__(self, name: str, pieces: Sequence[Tensor], shape: tuple[int, ...]) -> None:
        super().__init__(name, [parameter for piece in pieces for parameter in piece.parameters], shape)
        self.pieces = tuple(pieces)

    @property
    def as_drawn(self) -> bool:
        """Whether the tensor is its parameters, concatenated in C order."""
        return all(piece.as_drawn for piece in self.pieces)

    def undrawn(self) -> Tensor:
        """Return the tensor without drawn values."""
        tensor = StackedTensor(self.name, [piece.undrawn() for piece in self.pieces], self.shape)
        tensor.keras_path = self.keras_path
        return tensor

    def arranged(self, *arrays: Array) -> Array:
        """Return the flat array of the tensor, from arrays with the shapes of the parameters and any contents."""
        import numpy as np

        found, begin = [], 0
        for piece in self.pieces:
            end = begin + len(piece.parameters)
            found.append(piece.arranged(*arrays[begin:end]))
            begin = end
        return np.concatenate(found)

    def draw(self, start: int, count: int, workspace: Workspace) -> Array:
        """Return elements ``start`` to ``start + count`` in C order, valid until the next call."""
        values = workspace.array("stacked", count, DTYPES[self.dtype].numpy())
        before = 0
        for piece in self.pieces:
            first, last = max(start, before), min(start + count, before + piece.size)
            if first < last:
                values[first - start : last - start] = piece.draw(first - before, last - first, workspace)
            before += piece.size
        return values
