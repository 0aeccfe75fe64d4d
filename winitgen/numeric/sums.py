"""Sums over blocks of values, in float64, from which mean, standard deviation and extremes follow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class Sums(NamedTuple):
    """Sums over a block of values, about a shift that keeps a small spread around a large mean exact."""

    seen: int = 0
    total: float = 0.0
    squares: float = 0.0
    low: float = math.inf
    high: float = -math.inf

    def plus(self, other: Sums) -> Sums:
        """Return the sums over both blocks."""
        return Sums(
            self.seen + other.seen,
            self.total + other.total,
            self.squares + other.squares,
            min(self.low, other.low),
            max(self.high, other.high),
        )


NOTHING = Sums()
"""The sums over no values."""


def sums_of(values: Array, workspace: Workspace, shift: float = 0.0, scale: float = 1.0) -> Sums:
    """Return the sums of (value - shift) / scale over a flat array; the extremes are not scaled."""
    import numpy as np

    from winitgen.numeric.compiled_sums import compiled_sums

    if scale == 1.0 and (found := compiled_sums(values, shift)):
        return Sums(values.size, *found)
    wide = workspace.array("wide", values.size, np.float64)
    np.copyto(wide, values, casting="unsafe")
    low, high = float(wide.min()), float(wide.max())
    if shift:
        np.subtract(wide, shift, out=wide)
    if scale != 1.0:
        np.divide(wide, scale, out=wide)
    return Sums(values.size, float(wide.sum()), float(np.dot(wide, wide)), low, high)
