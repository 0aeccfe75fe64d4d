"""Tables of positions whose columns are sines and cosines of geometrically falling frequencies."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span
from winitgen.numeric.digits import digits, falling_wholes

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

MOST_POSITIONS = 1 << 26
"""Up to here the product of a position and the upper half of a frequency is exact."""

MOST_FREQUENCIES = 1 << 16
"""Each is computed with many digits, when the table is planned."""

_PLACES = 27
_SPLIT = 1 << _PLACES


class Sinusoidal(NamedTuple):
    """``rows`` positions p from ``start`` on, with sin(w p) and cos(w p) for ``features`` / 2 frequencies w.

    The frequencies are base^(-i / d) for i = 0, 1, ... below d = features / 2 (Vaswani et al. 2017, 3.5);
    with ``endpoint`` the divisor is d - 1, so that the last one is 1 / base. ``halves`` puts all sines
    before all cosines; otherwise each sine is followed by its cosine.
    """

    rows: int
    features: int
    start: int
    base: float
    halves: bool
    endpoint: bool

    @property
    def largest_angle(self) -> float:
        """The largest angle, in radians, from which a sine is computed."""
        return float(self.start + self.rows - 1)

    @property
    def extent(self) -> Extent:
        """One."""
        return Extent(1.0)

    def density(self) -> None:
        """Return None: nothing is random."""

    def span(self) -> Span:
        """Return the ends of a sine."""
        return -1.0, 1.0

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words; it does not depend on ``count``."""
        import numpy as np

        at = self.by_place()

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            values = workspace.array("values", count, dtype)
            values[:] = at(*np.divmod(np.arange(start, start + count), self.features))
            return values

        return sample

    def by_place(self) -> Callable[[Array, Array], Array]:
        """Return a function of rows and columns that gives their values in float64.

        A cosine is the sine of a quarter turn more. An angle in turns is p w / 2 pi modulo 1, the product
        with the upper bits of the frequency being exact: the error does not grow with the position.
        """
        import numpy as np

        from winitgen.drawing.whole.elementary import sine_of_turns

        upper, lower = (np.array(part) for part in _turns(self.features // 2, self.base, self.endpoint))
        column = np.arange(self.features)
        half = self.features // 2
        frequency, is_cosine = (column % half, column // half) if self.halves else np.divmod(column, 2)
        upper, lower, shift = upper[frequency], lower[frequency], is_cosine * 0.25

        def at(rows: Array, columns: Array) -> Array:
            positions = (rows + self.start).astype(np.float64)
            turns = positions * upper[columns]
            turns -= np.rint(turns)
            turns += positions * lower[columns]
            turns += shift[columns]
            return sine_of_turns(turns)

        return at

    def mean(self) -> float:
        """Return the mean of all elements, to 12 digits, by the sum of equidistant sines.

        The last digits of sines differ between machines, but those of a report must not.
        """
        count, middle = self.rows, self.start + (self.rows - 1) / 2
        terms = []
        for turn in _frequencies(self.features // 2, self.base, self.endpoint):
            share = math.sin(count * turn / 2) / (count * math.sin(turn / 2))
            terms.append(share * (math.sin(turn * middle) + math.cos(turn * middle)))
        return float(f"{math.fsum(terms) / self.features:.12g}")


@lru_cache(maxsize=8)
def _turns(count: int, base: float, endpoint: bool) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the frequencies in turns for each position, as sums of 26 upper bits and a rest."""
    upper, lower = [], []
    with digits(70) as mp:
        for turns, exponent in falling_wholes(
            mp, base, count - 1 if endpoint else count, count, 1 / (2 * mp.pi)
        ):
            near = math.ldexp(turns, exponent)
            shifted = near * (_SPLIT + 1.0)
            high = shifted - (shifted - near)
            upper.append(high)
            part, place = math.frexp(high)
            rest = turns - (int(part * _SPLIT) << (place - _PLACES - exponent))
            lower.append(math.ldexp(rest, exponent))
    return tuple(upper), tuple(lower)


@lru_cache(maxsize=8)
def _frequencies(count: int, base: float, endpoint: bool) -> tuple[float, ...]:
    """Return the frequencies in radians for each position."""
    parts = zip(*_turns(count, base, endpoint), strict=True)
    return tuple(2 * math.pi * (upper + lower) for upper, lower in parts)
