"""Tensors whose blocks along one axis have distributions of their own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Distribution, Extent, Precision, Sampler, Span
from winitgen.drawing.distributions.keyed import KeyOf, keyed

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class AxisBlocks(NamedTuple):
    """Blocks of ``sizes`` along the ``axis`` of a tensor of ``shape``, each from one of ``parts`` with one of ``keys``.

    A block has the values of a tensor of its own shape, and no blocks itself.
    """

    shape: tuple[int, ...]
    axis: int
    sizes: tuple[int, ...]
    parts: tuple[Distribution, ...]
    keys: tuple[bytes, ...] = ()

    @property
    def extent(self) -> Extent:
        """The largest magnitude of any block, and the smallest width."""
        extents = [part.extent for part in self.parts]
        widths = [extent.width for extent in extents if extent.width is not None]
        return Extent(max(extent.reach for extent in extents), min(widths, default=None))

    def density(self) -> None:
        """Return None: the blocks have a density each."""

    def span(self) -> Span:
        """Return the ends of the spans of all blocks."""
        spans = [part.span() for part in self.parts]
        return min(low for low, _ in spans), max(high for _, high in spans)

    def with_keys(self, key_of: KeyOf) -> AxisBlocks:
        """Return the same blocks with their keys; the purposes are ``block 0``, ``block 1`` and so on."""
        own = [_within(key_of, f"block {number}") for number in range(len(self.parts))]
        parts = tuple(keyed(part, key) for part, key in zip(self.parts, own, strict=True))
        return self._replace(parts=parts, keys=tuple(key("") for key in own))

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads the key streams of the blocks, and not the one it is given."""
        inner = math.prod(self.shape[self.axis + 1 :])
        lengths = [size * inner for size in self.sizes]
        row, outer = sum(lengths), math.prod(self.shape[: self.axis])
        samplers = [
            part.sampler(dtype, outer * length) for part, length in zip(self.parts, lengths, strict=True)
        ]

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            values, before = workspace.array("blocks", count, dtype), 0
            for own, length, draw in zip(self.keys, lengths, samplers, strict=True):
                first, last = (_reached(edge, row, before, length) for edge in (start, start + count))
                if first < last:
                    at = _places(first, last, length, row, before - start)
                    values[at] = draw(own, first, last - first, workspace)
                before += length
            return values

        return sample


def _reached(edge: int, row: int, before: int, length: int) -> int:
    """Return how many elements of a block come before element ``edge`` of the tensor.

    The block has ``length`` elements in each ``row``, after ``before`` others.
    """
    rows, rest = divmod(edge, row)
    return rows * length + min(max(rest - before, 0), length)


def _places(first: int, last: int, length: int, row: int, offset: int) -> slice | Array:
    """Return where elements ``first`` to ``last`` of a block stand, ``offset`` after the beginning of a row."""
    if first // length == (last - 1) // length:
        begin = first // length * row + first % length + offset
        return slice(begin, begin + last - first)
    import numpy as np

    rows, rest = np.divmod(np.arange(first, last), length)
    places: Array = rows * row + rest + offset
    return places


def _within(key_of: KeyOf, block: str) -> KeyOf:
    """Return the keys of one block."""
    return lambda purpose: key_of(f"{block} {purpose}" if purpose else block)
