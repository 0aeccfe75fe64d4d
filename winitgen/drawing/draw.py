"""A parameter and a range of its elements to a block of values, in the number format of the file."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from winitgen.drawing.distributions.distribution import Distribution, Precision, Sampler
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.scratch import Workspace

if TYPE_CHECKING:
    from winitgen.planning.plan import Parameter

BLOCK = 1 << 17
"""Elements drawn at once where a whole array is wanted: scratch that fits a core's cache."""


def draw(parameter: Parameter, start: int, count: int, workspace: Workspace) -> np.ndarray[Any, Any]:
    """Return elements ``start`` to ``start + count`` of ``parameter``, in C order, as a flat array.

    The array is of the parameter's number format and may be scratch of ``workspace``: it is valid
    until the next call with it. What is narrower than float32 is rounded once, to nearest even.
    """
    dtype = DTYPES[parameter.dtype]
    sampler = _sampler(cast("Hashable", parameter.distribution), dtype.drawn_in, parameter.size)
    values = sampler(parameter.key, start, count, workspace)
    if parameter.zeroed is not None:
        first, last = (min(max(edge - start, 0), count) for edge in parameter.zeroed)
        values[first:last] = 0.0
    if parameter.dtype == dtype.drawn_in:
        return values
    stored = workspace.array("stored", count, dtype.numpy())
    np.copyto(stored, values, casting="unsafe")
    return stored


def joined(
    parameters: Sequence[Parameter], start: int, count: int, workspace: Workspace
) -> np.ndarray[Any, Any]:
    """Return elements ``start`` to ``start + count`` of several parameters, one after the other."""
    values = workspace.array("joined", count, DTYPES[parameters[0].dtype].numpy())
    before = 0
    for parameter in parameters:
        first, last = max(start, before), min(start + count, before + parameter.size)
        if first < last:
            values[first - start : last - start] = draw(parameter, first - before, last - first, workspace)
        before += parameter.size
    return values


def whole(parameter: Parameter) -> np.ndarray[Any, Any]:
    """Return all of a parameter in its canonical shape."""
    return in_blocks(partial(draw, parameter), parameter.shape, parameter.dtype)


def in_blocks(
    run: Callable[[int, int, Workspace], np.ndarray[Any, Any]], shape: tuple[int, ...], dtype: str
) -> np.ndarray[Any, Any]:
    """Return a new array of what ``run`` draws, block by block."""
    workspace = Workspace()
    values = np.empty(math.prod(shape), DTYPES[dtype].numpy())
    for start in range(0, values.size, BLOCK):
        block = values[start : start + BLOCK]
        block[:] = run(start, block.size, workspace)
    return values.reshape(shape)


@lru_cache(maxsize=8, typed=True)
def _sampler(distribution: Hashable, precision: str, size: int) -> Sampler:
    """Return the sampler of a distribution; its tables are shared between blocks and threads.

    Typed, because two kinds of distribution with the same numbers are equal as tuples.
    """
    return cast("Distribution", distribution).sampler(cast("Precision", precision), size)
