"""Draw a range of a parameter's elements, in the number format of the file."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Protocol, cast

import numpy as np

from winitgen.drawing.distributions.distribution import Distribution, Precision, Sampler
from winitgen.drawing.distributions.file_values import FileValues
from winitgen.drawing.exactly import Exactly
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.rounding import round_into
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.stopping import go_on

BLOCK = 1 << 17
"""Elements drawn at once for a whole array, so that the scratch fits into a core's cache."""


class Drawn(Protocol):
    """The attributes of a planned parameter that drawing needs."""

    @property
    def distribution(self) -> Distribution:
        """The distribution its values are drawn from."""

    @property
    def key(self) -> bytes:
        """The 16 bytes that seed its key stream."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its canonical shape."""

    @property
    def size(self) -> int:
        """Its number of elements."""

    @property
    def dtype(self) -> str:
        """The number format of the values in the file."""

    @property
    def zeroed(self) -> tuple[int, int] | None:
        """First and last (exclusive) of the elements that are set to zero, or None."""


def draw(parameter: Drawn, start: int, count: int, workspace: Workspace) -> Array:
    """Return elements ``start`` to ``start + count`` of ``parameter``, in C order, as a flat array.

    The array has the parameter's number format and may be scratch of ``workspace``: it is valid until the
    next call with it. Formats narrower than float32 are rounded once, to nearest even; a value that becomes 0 or
    a subnormal on the way is no error, whatever the program tells NumPy to do about one.
    """
    with np.errstate(all="ignore"):
        return _drawn(parameter, start, count, workspace)


def _drawn(parameter: Drawn, start: int, count: int, workspace: Workspace) -> Array:
    if isinstance(parameter.distribution, FileValues):
        return parameter.distribution.copied(start, count)
    values = sampler_of(parameter)(parameter.key, start, count, workspace)
    if parameter.zeroed is not None:
        first, last = (min(max(edge - start, 0), count) for edge in parameter.zeroed)
        values[first:last] = 0.0
    return as_stored(parameter, values, workspace)


def sampler_of(parameter: Drawn) -> Sampler:
    """Return the sampler of a parameter that has no values of a file; it is the same one for every block."""
    precision = DTYPES[parameter.dtype].drawn_in
    return _sampler_for(_Same(parameter.distribution), precision, parameter.size)


def as_stored(parameter: Drawn, values: Array, workspace: Workspace) -> Array:
    """Return drawn values (flat, contiguous) in the number format of the file, rounded once."""
    dtype = DTYPES[parameter.dtype]
    if parameter.dtype == dtype.drawn_in:
        return values
    stored = workspace.array("stored", values.size, dtype.numpy())
    round_into(stored, values)
    return stored


def joined(parameters: Sequence[Drawn], start: int, count: int, workspace: Workspace) -> Array:
    """Return elements ``start`` to ``start + count`` of the concatenation of several parameters."""
    values = workspace.array("joined", count, DTYPES[parameters[0].dtype].numpy())
    before = 0
    for parameter in parameters:
        first, last = max(start, before), min(start + count, before + parameter.size)
        if first < last:
            values[first - start : last - start] = draw(parameter, first - before, last - first, workspace)
        before += parameter.size
    return values


def whole(parameter: Drawn) -> Array:
    """Return all values of a parameter in its canonical shape."""
    return in_blocks(partial(draw, parameter), parameter.shape, parameter.dtype)


def in_blocks(sample: Callable[[int, int, Workspace], Array], shape: tuple[int, ...], dtype: str) -> Array:
    """Return a new array of the values that ``sample`` draws, block by block."""
    workspace = Workspace()
    values = np.empty(math.prod(shape), DTYPES[dtype].numpy())
    for start in range(0, values.size, BLOCK):
        go_on()
        block = values[start : start + BLOCK]
        block[:] = sample(start, block.size, workspace)
    return values.reshape(shape)


class _Same:
    """Stands for one object in a cache: equal only to itself, as looking at all numbers of a long list takes time."""

    __slots__ = ("it",)

    def __init__(self, it: object) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


@lru_cache(maxsize=8)
def _sampler_for(distribution: _Same, precision: str, size: int) -> Sampler:
    """Return the sampler of one distribution, of which every block is drawn by the same object."""
    return _sampler(Exactly(distribution.it), precision, size)


@lru_cache(maxsize=8)
def _sampler(distribution: Exactly, precision: str, size: int) -> Sampler:
    """Return the sampler of a distribution; its tables are shared between blocks and threads."""
    return cast("Distribution", distribution.it).sampler(cast("Precision", precision), size)
