"""Where the elements of a tensor are in its parameters, whether they are concatenated, arranged or stacked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from winitgen.layouts.pictures import tiles_of
from winitgen.layouts.stack import StackedTensor
from winitgen.layouts.tiles import NoTiles, Tile, c_strides, runs

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor


def tensor_tiles(tensor: Tensor) -> tuple[Tile, ...]:
    """Return the tiles of a tensor, whose numbers are those of its parameters; raise `NoTiles` if it has none."""
    if isinstance(tensor, StackedTensor):
        return tuple(_stacked(tensor))
    if tensor.arrangement is None:
        return tuple(_in_a_row(tensor))
    return tiles_of(tensor.arrangement, [one.shape for one in tensor.parameters], tensor.shape)


def _stacked(tensor: StackedTensor) -> Iterator[Tile]:
    """Yield the tiles of pieces that stand one after another along a first axis."""
    before = 0
    for place, piece in enumerate(tensor.pieces):
        if piece.shape != tensor.shape[1:]:
            raise NoTiles
        for tile in tensor_tiles(piece):
            grown = tile.along(0, (range(place, place + 1),), (0,), 0)
            yield grown._replace(parameter=before + tile.parameter)
        before += len(piece.parameters)


def _in_a_row(tensor: Tensor) -> Iterator[Tile]:
    """Yield the tiles of parameters that are concatenated in C order."""
    strides, before = c_strides(tensor.shape), 0
    for number, parameter in enumerate(tensor.parameters):
        for box in runs(before, before + parameter.size, tensor.shape):
            first = sum(part.start * stride for part, stride in zip(box, strides, strict=True))
            yield Tile(number, first - before, strides, box)
        before += parameter.size
