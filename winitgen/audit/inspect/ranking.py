"""Quantiles and norms of one array, exact in bounded memory: the array is read once for each 16 bits of its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from winitgen.audit.blocks import runs
from winitgen.numeric.powers import near
from winitgen.numeric.wide_floats import as_complex128, as_float64

if TYPE_CHECKING:
    from winitgen.audit.inspect.summary import Summary
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.numeric.arrays import Array

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Of the finite values, these shares are at most their quantiles."""

_BITS = 16


def norms(array: StoredArray, found: Summary) -> tuple[float, float]:
    """Return the sum of |x| and the root of the sum of x² over the finite values; infinite beyond float64."""
    size = max(abs(found.low), abs(found.high)) if found.finite else 0
    if not size:
        return 0.0, 0.0
    if array.constant is not None:
        total = float(found.finite)
        return total * float(size), math.sqrt(total) * float(size)
    scale = near(float(size))
    sums, squares = [], []
    for values in _finite(array):
        scaled = values.astype(np.float64) / scale
        sums.append(float(np.abs(scaled).sum()))
        squares.append(float(np.square(scaled).sum()))
    return math.fsum(sums) * scale, math.sqrt(math.fsum(squares)) * scale


def quantiles(array: StoredArray, found: Summary) -> list[float]:
    """Return the quantiles of the finite values at `SHARES`, between two values in a straight line, as NumPy has them."""
    if not found.finite or found.low == found.high:
        return [float(found.low)] * len(SHARES) if found.finite else []
    places = [share * (found.finite - 1) for share in SHARES]
    ranks = sorted({rank for place in places for rank in (math.floor(place), math.ceil(place))})
    values = dict(zip(ranks, _ranked(array, ranks), strict=True))
    return [
        _between(values[math.floor(place)], values[math.ceil(place)], place - math.floor(place))
        for place in places
    ]


def _between(low: float, high: float, share: float) -> float:
    """Return a number between two, also if their distance is beyond float64."""
    return low + (high - low) * share if math.isfinite(high - low) else low * (1 - share) + high * share


def _ranked(array: StoredArray, ranks: list[int]) -> list[float]:
    """Return the values at these places in their order, by counting their keys 16 bits at a time."""
    width = _BITS
    known = {
        0: [(rank, rank) for rank in ranks]
    }  # by the first bits of a key: places among all, and among its own
    shift = None
    while shift is None or shift > 0:
        counts: dict[int, Array] = {}
        for values in _finite(array):
            keys = _keys(values)
            bits = 8 * keys.itemsize
            width = min(_BITS, bits)
            below = bits - width if shift is None else shift - width
            for start in known:
                own = keys if shift is None else keys[keys >> keys.dtype.type(shift) == start]
                part = (own >> own.dtype.type(below)).astype(np.uint64) & np.uint64((1 << width) - 1)
                tally = np.bincount(part.astype(np.int64), minlength=1 << width)
                counts[start] = counts.get(start, np.int64(0)) + tally
            dtype = values.dtype
        known = _narrowed(known, counts, width)
        shift = below
    found = {place: _value(key, dtype) for key, places in known.items() for place, _ in places}
    return [found[rank] for rank in ranks]


def _narrowed(
    known: dict[int, list[tuple[int, int]]], counts: dict[int, Array], width: int
) -> dict[int, list[tuple[int, int]]]:
    """Return the places by the next bits of their keys too."""
    narrowed: dict[int, list[tuple[int, int]]] = {}
    for start, places in known.items():
        ends = np.cumsum(counts[start])
        for place, own in places:
            index = min(int(np.searchsorted(ends, own, side="right")), ends.size - 1)
            before = int(ends[index - 1]) if index else 0
            narrowed.setdefault((start << width) + index, []).append((place, own - before))
    return narrowed


def _finite(array: StoredArray) -> Iterator[Array]:
    """Yield the finite values run by run; of complex ones the moduli, and those of the widest format in float64."""
    for _, values in runs(array):
        plain = _numbers(values)
        yield plain if plain.dtype.kind in "iu" else plain[np.isfinite(plain)]


def _numbers(values: Array) -> Array:
    """Return values as integers, or as floats of at most 64 bits that NumPy has."""
    kind = values.dtype.kind
    if kind == "b":
        return values.view(np.uint8)
    if kind == "V":  # formats of at most 16 bits
        return values.astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        if kind == "c":
            return _moduli(as_complex128(values))
        return as_float64(values) if values.itemsize > 8 else values


def _moduli(values: Array) -> Array:
    """Return |z|, and the largest number of float64 for one that is beyond it."""
    moduli: Array = np.abs(values)
    moduli[np.isfinite(values) & np.isinf(moduli)] = np.finfo(np.float64).max
    return moduli


def _keys(values: Array) -> Array:
    """Return unsigned integers in the order of numbers: -0 is before 0."""
    bits = values.view(f"u{values.itemsize}")
    if values.dtype.kind == "u":
        return bits
    sign = bits.dtype.type(1 << (8 * values.itemsize - 1))
    is_whole = values.dtype.kind == "i"
    keys: Array = bits ^ sign if is_whole else np.where(bits & sign, ~bits, bits | sign)
    return keys


def _value(key: int, dtype: np.dtype[Any]) -> float:
    """Return the number of a key."""
    sign = 1 << (8 * dtype.itemsize - 1)
    if dtype.kind in "iu":
        return float(key - sign if dtype.kind == "i" else key)
    bits = key ^ sign if key & sign else ~key & (2 * sign - 1)
    return float(np.array(bits, f"u{dtype.itemsize}").view(dtype))
