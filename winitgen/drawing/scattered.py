"""Draws many short runs of a parameter at once, for the cost of their own elements.

A call of a sampler costs as much as thousands of elements. Here the blocks of AES that hold the words of all runs are
computed in one call, from a list of their numbers, and become values in another one: in counter mode a block of the key
stream is the cipher text of its number (NIST SP 800-38A 6.5). The bits are those of `draw`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.draw import Drawn, as_stored, sampler_of
from winitgen.drawing.keystream import BlocksKey
from winitgen.numeric.dtypes import DTYPES

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

_BLOCK = 16

_WORD_BY_WORD = (Normal, TruncatedNormal, IntervalNormal, Uniform)
"""The distributions of which each value follows from one word of the drawing precision, wherever it stands."""


def can_scatter(parameter: Drawn) -> bool:
    """Tell whether `draw_runs` can draw a parameter."""
    return isinstance(parameter.distribution, _WORD_BY_WORD)


def draw_runs(parameter: Drawn, starts: Array, length: int, workspace: Workspace) -> Array:
    """Return ``length`` elements from each of ``starts`` (int64, flat, some) on, as an array (starts, length).

    It is in the parameter's number format, and may be scratch of ``workspace``.
    """
    precision = DTYPES[parameter.dtype].drawn_in
    words = _BLOCK // np.dtype(precision).itemsize
    first, skipped = np.divmod(starts, words)
    alike = bool((skipped == skipped[0]).all())
    most = int(skipped[0]) if alike else words - 1
    blocks = -(-(most + length) // words)
    key = BlocksKey(parameter.key)
    key.first, key.blocks = first, blocks
    with np.errstate(all="ignore"):
        values = sampler_of(parameter)(key, 0, first.size * blocks * words, workspace)
    rows = values.reshape(starts.size, -1)
    if not alike:
        rows = rows.reshape(-1)[
            (np.arange(starts.size) * (blocks * words) + skipped)[:, np.newaxis] + np.arange(length)
        ]
    else:
        rows = np.ascontiguousarray(rows[:, most : most + length])
    if parameter.zeroed is not None:
        _zero(rows, starts, parameter.zeroed)
    return as_stored(parameter, rows.reshape(-1), workspace).reshape(starts.size, length)


def _zero(rows: Array, starts: Array, zeroed: tuple[int, int]) -> None:
    """Set the elements from the first to the last, exclusive, of ``zeroed`` to 0."""
    first, last = zeroed
    for index in np.flatnonzero((starts < last) & (starts + rows.shape[1] > first)):
        start = int(starts[index])
        rows[index, max(first - start, 0) : max(last - start, 0)] = 0.0
