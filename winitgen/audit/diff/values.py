"""The difference between two runs of values, and how to merge the differences of several runs."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.diff.tolerance import Tolerance
from winitgen.numeric.arrays import Array
from winitgen.numeric.powers import near

LARGEST = float(np.finfo(np.float64).max)


class FirstPair(NamedTuple):
    """The first element that differs: its index in C order, and both values."""

    element: int
    a: Any
    b: Any


class TensorDifference(NamedTuple):
    """How ``compared`` pairs of values differ.

    ``beyond`` counts those of the differing pairs that are beyond the tolerance, all of them without one.
    ``unmeasured`` counts the differing pairs in which a value is not finite, so that they have no distance.
    ``mean`` is over all other pairs, including those that are equal in all bits. ``largest`` and ``mean`` are infinite if
    they are finite numbers beyond float64.
    """

    compared: int = 0
    differing: int = 0
    unmeasured: int = 0
    largest: float = 0.0
    mean: float = 0.0
    first: FirstPair | None = None
    beyond: int = 0

    def plus(self, other: TensorDifference) -> TensorDifference:
        """Return the difference over both runs; ``other`` is the later one."""
        measured = self.compared - self.unmeasured, other.compared - other.unmeasured
        share = measured[1] / (sum(measured) or 1)
        return TensorDifference(
            self.compared + other.compared,
            self.differing + other.differing,
            self.unmeasured + other.unmeasured,
            max(self.largest, other.largest),
            _between(self.mean, other.mean, share),
            self.first or other.first,
            self.beyond + other.beyond,
        )


def _between(one: float, other: float, share: float) -> float:
    """Return the mean of two means, of which the second has this share."""
    return one + (other - one) * share if math.isfinite(one + other) else one * (1 - share) + other * share


def difference(
    a: Array, b: Array, start: int, tolerance: Tolerance | None = None, otherwise: Array | None = None
) -> TensorDifference:
    """Return how two flat arrays of equal length differ; ``start`` is the index of their first element.

    In the same number format, values differ if any bit does, so a NaN equals itself. In different formats,
    they are compared as numbers in float64, and NaN equals NaN. The first pair is the first beyond the tolerance.
    ``otherwise`` is a mask of values that are stored otherwise, whatever they are.
    """
    unequal = _unequal_bits(a, b) if a.dtype == b.dtype else _unequal_numbers(a, b)
    if otherwise is not None:
        unequal = otherwise if unequal is None else unequal | otherwise
    unequal_at = None if unequal is None else np.flatnonzero(unequal)
    if unequal_at is None or not unequal_at.size:
        return TensorDifference(a.size)
    pairs = a[unequal_at], b[unequal_at]
    distances = _distances(*pairs)
    beyond_at = unequal_at
    if tolerance is not None and distances is not None:
        beyond_at = unequal_at[tolerance.exceeded(distances, *map(_wide, pairs))]
    first = None
    if beyond_at.size:
        first = FirstPair(start + int(beyond_at[0]), *(_plain(values[beyond_at[0]]) for values in (a, b)))
    found = TensorDifference(a.size, unequal_at.size, unequal_at.size, first=first, beyond=beyond_at.size)
    return found if distances is None else _measured(found, distances[~np.isnan(distances)], *pairs)


def _measured(found: TensorDifference, distances: Array, a: Array, b: Array) -> TensorDifference:
    """Return a difference with its distances: of the unequal pairs of ``a`` and ``b``, those that have one."""
    unmeasured = found.differing - distances.size
    if not distances.size:
        return found._replace(unmeasured=unmeasured)
    count = found.compared - unmeasured
    largest = float(distances.max())
    if math.isinf(largest):  # the ends of float64 are at most twice its largest number from each other
        mean = float((_halved_distances(a, b) / LARGEST).sum()) / count * 2 * LARGEST
    else:
        scale = near(largest)
        mean = float((distances / scale).sum()) / count * scale
    return found._replace(unmeasured=unmeasured, largest=largest, mean=mean)


def _unequal_bits(a: Array, b: Array) -> Array | None:
    """Return a mask of where two arrays of the same format differ in any bit, or None if nowhere."""
    if a.itemsize in (1, 2, 4, 8):
        unsigned = f"u{a.itemsize}"
        unequal: Any = a.view(unsigned) != b.view(unsigned)
    else:
        bits = (values.view(np.uint8).reshape(values.size, -1) for values in (a, b))
        unequal = np.not_equal(*bits).any(axis=1)
    return unequal if unequal.any() else None


def _unequal_numbers(a: Array, b: Array) -> Array:
    """Return a mask of where two arrays differ as numbers."""
    wide = [_wide(values) for values in (a, b)]
    unequal: Array = (wide[0] != wide[1]) & ~(np.isnan(wide[0]) & np.isnan(wide[1]))
    return unequal


def _distances(a: Array, b: Array) -> Array | None:
    """Return |a - b| in float64, NaN where a value is not finite; None if the values are not numbers.

    Integers of the same format are subtracted exactly. A distance beyond float64 is infinite.
    """
    if a.dtype == b.dtype and a.dtype.kind in "iu":
        unsigned = f"u{a.itemsize}"
        whole = np.subtract(np.maximum(a, b).view(unsigned), np.minimum(a, b).view(unsigned))
        return _wide(whole)
    if a.dtype.kind in "SUMmO":
        return None
    one, other = _wide(a), _wide(b)
    distances: Array = np.abs(one - other)
    distances[~(np.isfinite(one) & np.isfinite(other))] = np.nan
    return distances


def _halved_distances(a: Array, b: Array) -> Array:
    """Return |a - b| / 2 of the pairs of finite values."""
    one, other = _wide(a), _wide(b)
    finite = np.isfinite(one) & np.isfinite(other)
    halves: Array = np.abs(one[finite] / 2 - other[finite] / 2)
    return halves


def _wide(values: Array) -> Array:
    """Return values in float64, or complex128."""
    return values.astype(np.complex128 if values.dtype.kind == "c" else np.float64)


def _plain(value: Any) -> Any:
    """Return one value of an array as a Python value; as text if JSON cannot hold it."""
    if value.dtype.kind in "cSUMm":
        return str(value)
    wide = value.dtype.kind == "f" and value.itemsize > np.dtype(np.float64).itemsize
    if value.dtype.kind not in "biuf" or (wide and abs(value) <= LARGEST):
        value = value.astype(np.float64)
    found = value.item()
    return found if abs(found) <= LARGEST else str(value)
