"""How far two numbers may be from each other to count as close."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.arguments.plain_values import number
from winitgen.errors import UsageError

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


class Tolerance(NamedTuple):
    """Two numbers are close if |a - b| is at most ``absolute`` + ``relative`` |b|, as `numpy.isclose` has it.

    Infinities are close if they have the same sign, and a NaN is close to any NaN.
    """

    absolute: float
    relative: float

    def exceeded(self, distances: Array, a: Array, b: Array) -> Array:
        """Return which of several pairs are not close.

        ``a`` and ``b`` are in float64, or complex128, and ``distances`` those between them, NaN if one is not finite.
        """
        import numpy as np

        near = distances <= self.absolute + self.relative * np.abs(b)
        alike = np.isnan(distances) & ((a == b) | (np.isnan(a) & np.isnan(b)))
        beyond: Array = ~(near | alike)
        return beyond


def tolerance_of(atol: object, rtol: object) -> Tolerance | None:
    """Return the tolerance of a call, None without any; one of the two alone makes the other 0."""
    if atol is None and rtol is None:
        return None
    return Tolerance(_part("atol", atol), _part("rtol", rtol))


def _part(name: str, value: object) -> float:
    found = 0 if value is None else number(name, value)
    if found < 0:
        raise UsageError(f"{name} is a number of at least 0, not {found}")
    return float(found)
