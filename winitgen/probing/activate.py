"""A layer's activation on what its map gives, block by block, with all that is measured on the way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.numeric.arrays import Array
from winitgen.numeric.sums import Sums
from winitgen.numeric.workers import Workers
from winitgen.probing.activations import FLAT, evaluate, softmax, softmax_back
from winitgen.probing.signal_stats import (
    BLOCK,
    SignalStats,
    add,
    joined,
    sampled,
    scale_of,
    shift_of,
    stats_of,
)


class Activated(NamedTuple):
    """What an activation gives, and what was seen on the way.

    ``slope`` is its derivative at every value, of the shape of ``out``, None unless it is to be kept;
    for softmax, whose units depend on each other, it is None and ``out`` itself is what the way back
    needs. ``saturated`` is the share of slopes below 1 % of the largest, ``extreme`` the share of outputs
    within 1 % of the range of either end, each None where the activation has nothing of the kind.
    """

    out: Array
    pre: SignalStats | None
    stats: SignalStats | None
    slope: Array | None = None
    saturated: float | None = None
    extreme: float | None = None


class _Block(NamedTuple):
    """What one block of values adds to the whole."""

    pre: Sums
    out: Sums
    flat: int
    extreme: int


def activate(applied: Applied, pre: Array, workers: Workers, *, axis: int, keep: bool) -> Activated:
    """Apply an activation to ``pre``, whose memory the result may take; ``axis`` is that of the units.

    ``keep`` says that the slope is wanted.
    """
    if applied.name == "linear":
        stats = stats_of(pre, workers)
        return Activated(pre, stats, stats)
    if applied.name == "softmax":
        out = _softmax(pre, workers, axis)
        return Activated(out, stats_of(pre, workers), stats_of(out, workers))
    return _elementwise(applied, pre, workers, keep=keep)


def _softmax(pre: Array, workers: Workers, axis: int) -> Array:
    out = np.empty_like(pre)

    def apply(run: slice) -> None:
        out[run] = softmax(pre[run], axis)

    workers.each(apply, workers.runs(len(pre)))
    return out


def _elementwise(applied: Applied, pre: Array, workers: Workers, *, keep: bool) -> Activated:
    """Apply an activation in place, value by value, and count as the blocks pass."""
    scale, before = scale_of(pre), sampled(pre)
    after = evaluate(applied, before)[0]
    shifts = shift_of(before), shift_of(after)
    run = pre.reshape(-1)
    slopes = np.empty(run.size, bool if applied.row.binary_slope else run.dtype) if keep else None
    largest, ends = applied.largest_slope, applied.row.ends

    def apply(part: slice) -> _Block:
        block = run[part]
        sums = add(block, shifts[0], scale)
        value, slope = evaluate(applied, block)
        block[:] = value
        if slopes is not None:
            slopes[part] = slope
        flat = 0 if largest is None else np.count_nonzero(np.abs(slope) < FLAT * largest)
        return _Block(sums, add(value, shifts[1], 1.0), int(flat), _extreme(value, ends))

    blocks = workers.each(apply, workers.runs(run.size, BLOCK))
    out = run.reshape(pre.shape)
    count = max(run.size, 1)
    return Activated(
        out,
        joined([block.pre for block in blocks], shifts[0], scale, before),
        stats_of(out, workers)
        if scale != 1.0
        else joined([block.out for block in blocks], shifts[1], 1.0, after),
        None if slopes is None else slopes.reshape(pre.shape),
        None if largest is None else sum(block.flat for block in blocks) / count,
        None if ends is None else sum(block.extreme for block in blocks) / count,
    )


def _extreme(value: Array, ends: tuple[float, float] | None) -> int:
    """Return how many values lie within 1 % of the range of either end."""
    if ends is None:
        return 0
    low, high = ends
    margin = FLAT * (high - low)
    return int(np.count_nonzero(value < low + margin) + np.count_nonzero(value > high - margin))


def back(applied: Applied, activated: Activated, gradient: Array, workers: Workers, *, axis: int) -> Array:
    """Return the gradient of what entered an activation from that of what it gave."""
    if applied.name == "linear":
        return gradient
    out = np.empty_like(gradient)

    def apply(run: slice) -> None:
        if activated.slope is None:
            out[run] = softmax_back(activated.out[run], gradient[run], axis)
        else:
            np.multiply(gradient[run], activated.slope[run], out=out[run])

    workers.each(apply, workers.runs(len(gradient)))
    return out
