"""Words to values, by arithmetic that is exact IEEE 754 everywhere: no exp or log, nothing fused.

The rank f of an element is its word as a signed number: a 32-bit word rounded to float32, or a 64-bit
word rounded to float64 and divided by 2^32. Either way |f| runs to 2^31, |f|/2^32 is the upper tail of
|z|, and the sign is the sign of z. Each step is a NumPy call of its own, so that no compiler can fuse a
multiplication with an addition, and releases the interpreter lock.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from winitgen.drawing import keystream, quantile

if TYPE_CHECKING:
    from winitgen.drawing.distributions import (
        Constant,
        ConstantMaps,
        IntervalNormal,
        Normal,
        Precision,
        Sampler,
        TruncatedNormal,
        Uniform,
    )
    from winitgen.numeric.scratch import Workspace

    Array = np.ndarray[Any, Any]

_WORDS: dict[str, np.dtype[Any]] = {"float32": np.dtype("<i4"), "float64": np.dtype("<i8")}
_WHOLE = 2.0**32


def constant(distribution: Constant, dtype: Precision) -> Sampler:
    """Return a sampler that reads no words."""

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        values = workspace.array("values", count, dtype)
        values.fill(distribution.value)
        return values

    return sample


def constant_maps(distribution: ConstantMaps, dtype: Precision, total: int) -> Sampler:
    """Return a sampler that reads no words: element i has the value of map i // (total / maps)."""
    each = total // len(distribution.values)

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        values = workspace.array("values", count, dtype)
        for index in range(start // each, (start + count - 1) // each + 1):
            first, last = max(index * each, start), min((index + 1) * each, start + count)
            values[first - start : last - start] = distribution.values[index]
        return values

    return sample


def uniform(distribution: Uniform, dtype: Precision) -> Sampler:
    """Return a sampler of f w, w = limit/2^31, or of f w + centre where the ends are not opposite.

    w and centre are computed in float64 and rounded once. f w cannot pass the limit, as w is the rounded
    limit over a power of two; with a centre the sum is clipped to the rounded ends.
    """
    low, high = distribution
    scalar = np.dtype(dtype).type
    width = scalar((high - low) / 2 * 2.0**-31)
    centre, ends = scalar((low + high) / 2), (scalar(low), scalar(high))

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        values = _ranks(dtype, key, start, count, workspace)
        np.multiply(values, width, out=values)
        if low != -high:
            np.add(values, centre, out=values)
            np.clip(values, *ends, out=values)
        return values

    return sample


def normal(distribution: Normal, dtype: Precision, count: int) -> Sampler:
    """Return a sampler of A[segment] + B[segment] f, with a mean, unless it is 0, added last."""
    std, mean = distribution
    shift = np.dtype(dtype).type(mean)
    look_up = quantile.look_up(std, dtype, count)

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        values = look_up(_ranks(dtype, key, start, count, workspace), workspace)
        return np.add(values, shift, out=values) if mean else values

    return sample


def truncated_normal(distribution: TruncatedNormal, dtype: Precision, count: int) -> Sampler:
    """Return a sampler of the normal with ranks f p + copysign(q, f), clipped to +-bound std, mean last.

    p, q, the limit bound * std and the mean are each rounded once to ``dtype``.
    """
    std, bound, p, q, mean = distribution
    scalar = np.dtype(dtype).type
    inside, tail, shift = scalar(p), scalar(q), scalar(mean)
    limit = scalar(bound * std)
    look_up = quantile.look_up(std, dtype, count)

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        ranks = _ranks(dtype, key, start, count, workspace)
        tails = _copysign(tail, ranks, workspace)
        np.multiply(ranks, inside, out=ranks)
        np.add(ranks, tails, out=ranks)
        values = look_up(ranks, workspace)
        np.clip(values, -limit, limit, out=values)
        return np.add(values, shift, out=values) if mean else values

    return sample


def interval_normal(distribution: IntervalNormal, dtype: Precision) -> Sampler:
    """Return a sampler of std * quantile(rank) + mean in float64, rounded once, clipped to the rounded ends.

    The rank is that of the whole interval (see ``_interval_ranks``), through the lines in float64.
    """
    std, low, high, mean = distribution.std, distribution.low, distribution.high, distribution.mean
    scalar = np.dtype(dtype).type
    ends = scalar(mean + low * std), scalar(mean + high * std)
    look_up = quantile.look_up(1.0, "float64", sys.maxsize)

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        ranks = workspace.array("interval", count, np.float64)
        np.copyto(ranks, _ranks(dtype, key, start, count, workspace))
        _interval_ranks(ranks, distribution, workspace)
        wide = look_up(ranks, workspace)
        np.multiply(wide, std, out=wide)
        np.add(wide, mean, out=wide)
        values = workspace.array("values", count, dtype)
        np.copyto(values, wide, casting="same_kind")
        return np.clip(values, *ends, out=values)

    return sample


def _interval_ranks(ranks: Array, distribution: IntervalNormal, workspace: Workspace) -> None:
    """Turn ranks of the whole distribution, in place, into ranks of the interval, in float64.

    A rank counts from the nearer end, positive ones from the top. With Z = 1 - lower - upper inside, f >= 0
    lies at upper 2^32 + Z f from the top and f < 0 at lower 2^32 + Z |f| from the bottom; what passes the
    median, 2^31, counts from the other end, which is 2^32 away. An interval on one side of zero counts from
    its outer end throughout, so that small tails keep their digits; Z too is a difference of the tails on
    that side, as 1 - lower is exact for lower >= 1/2.
    """
    _std, low, high, lower, upper, _mean = distribution
    inside = (1 - upper) - lower if high <= 0 else (1 - lower) - upper
    if low >= 0:
        _add_where(ranks, np.less, 0.0, _WHOLE, workspace)
    elif high <= 0:
        _add_where(ranks, np.greater_equal, 0.0, -_WHOLE, workspace)
    np.multiply(ranks, inside, out=ranks)
    # What is added keeps the sign, so the two conditions cannot meet in one element.
    _add_where(ranks, np.less, 0.0, -lower * _WHOLE, workspace)
    _add_where(ranks, np.greater_equal, 0.0, upper * _WHOLE, workspace)
    if low < 0 < high:
        _add_where(ranks, np.greater, _WHOLE / 2, -_WHOLE, workspace)
        _add_where(ranks, np.less, -_WHOLE / 2, _WHOLE, workspace)


def _add_where(ranks: Array, compare: np.ufunc, edge: float, amount: float, workspace: Workspace) -> None:
    """Add ``amount`` to the ranks that ``compare`` with ``edge``: as a product, ten times faster than where=."""
    mask = workspace.array("mask", ranks.size, np.bool_)
    amounts = workspace.array("amounts", ranks.size, np.float64)
    compare(ranks, edge, out=mask)
    np.multiply(mask, amount, out=amounts)
    np.add(ranks, amounts, out=ranks)


def _ranks(dtype: Precision, key: bytes, start: int, count: int, workspace: Workspace) -> Array:
    """Return the ranks f of ``count`` elements from ``start`` on, in [-2^31, 2^31]."""
    word = _WORDS[dtype]
    raw = workspace.array("words", word.itemsize * count, np.uint8)
    keystream.words(key, word.itemsize * start, raw)
    ranks = workspace.array("ranks", count, dtype)
    np.copyto(ranks, raw.view(word))
    return np.multiply(ranks, 1 / _WHOLE, out=ranks) if dtype == "float64" else ranks


def _copysign(size: Any, ranks: Array, workspace: Workspace) -> Array:
    """Return ``size`` > 0 with each rank's sign; by bits, five times as fast as ``np.copysign``."""
    signed = workspace.array("tails", ranks.size, ranks.dtype)
    bits, top = (np.uint32, 31) if ranks.dtype == np.float32 else (np.uint64, 63)
    np.bitwise_and(ranks.view(bits), bits(1 << top), out=signed.view(bits))
    np.bitwise_or(signed.view(bits), size.view(bits), out=signed.view(bits))
    return signed
