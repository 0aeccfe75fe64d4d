"""Apply a layer's activation block by block, and measure the values before and after it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.numeric.arrays import Array
from winitgen.numeric.sums import Sums
from winitgen.numeric.workers import Workers
from winitgen.probing.activations import FLAT, evaluate, softmax, softmax_back
from winitgen.probing.compiled_signals import masked_into, relu_in_place
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
    """The output of an activation, with statistics of its input (``pre``) and output (``stats``).

    ``slope`` is the derivative at every value, with the shape of ``out``, or None unless it is kept; for
    softmax, whose units depend on each other, it is None, and the backward pass needs ``out`` itself.
    ``saturated`` is the share of slopes below 1 % of the largest, ``extreme`` the share of outputs within
    1 % of the range from either end; each is None if the activation has no largest slope, or no ends.
    """

    out: Array
    pre: SignalStats | None
    stats: SignalStats | None
    slope: Array | None = None
    saturated: float | None = None
    extreme: float | None = None

    def for_gradient(self) -> Activated:
        """Return what the backward pass needs: the slope, or without one the output."""
        return self if self.slope is None else self._replace(out=np.empty(0, self.out.dtype))


class _Block(NamedTuple):
    """The sums and counts of one block of values."""

    pre: Sums
    out: Sums
    saturated: int
    extreme: int


def activate(applied: Applied, pre: Array, workers: Workers, *, axis: int, keep: bool) -> Activated:
    """Apply an activation to ``pre``, whose memory the result may reuse; ``axis`` is the axis of the units.

    With ``keep`` the slope is kept for the backward pass.
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
    """Apply an elementwise activation in place, and collect the statistics block by block."""
    scale, before = scale_of(pre), sampled(pre)
    after = evaluate(applied, before)[0]
    shifts = shift_of(before), shift_of(after)
    flat = pre.reshape(-1)
    slopes = np.empty(flat.size, bool if applied.row.binary_slope else flat.dtype) if keep else None
    largest, ends = applied.largest_slope, applied.row.ends

    def apply(run: slice) -> _Block:
        block = flat[run]
        if applied.name == "relu" and (
            found := _relu(block, None if slopes is None else slopes[run], shifts)
        ):
            return found
        sums = add(block, shifts[0], scale)
        value, slope = evaluate(applied, block)
        block[:] = value
        if slopes is not None:
            slopes[run] = slope
        saturated = 0 if largest is None else np.count_nonzero(np.abs(slope) < FLAT * largest)
        return _Block(sums, add(value, shifts[1], 1.0), int(saturated), _extreme(value, ends))

    blocks = workers.each(apply, workers.runs(flat.size, BLOCK))
    out = flat.reshape(pre.shape)
    count = max(flat.size, 1)
    return Activated(
        out,
        joined([block.pre for block in blocks], shifts[0], scale, before),
        stats_of(out, workers)
        if scale != 1.0
        else joined([block.out for block in blocks], shifts[1], 1.0, after),
        None if slopes is None else slopes.reshape(pre.shape),
        None if largest is None else sum(block.saturated for block in blocks) / count,
        None if ends is None else sum(block.extreme for block in blocks) / count,
    )


def _relu(block: Array, slopes: Array | None, shifts: tuple[float, float]) -> _Block | None:
    """Apply a ReLU to a block in C, where that is built; a slope of 0 is saturated."""
    slopes = np.empty(block.size, bool) if slopes is None else slopes
    found = relu_in_place(block, slopes, *shifts)
    return None if found is None else _Block(found.pre, found.out, block.size - found.above, 0)


def _extreme(value: Array, ends: tuple[float, float] | None) -> int:
    """Return how many values lie within 1 % of the range from either end."""
    if ends is None:
        return 0
    low, high = ends
    margin = FLAT * (high - low)
    return int(np.count_nonzero(value < low + margin) + np.count_nonzero(value > high - margin))


class SentBack(NamedTuple):
    """The gradient of an activation's input, with its statistics."""

    values: Array
    stats: SignalStats | None


def back(applied: Applied, activated: Activated, gradient: Array, workers: Workers, *, axis: int) -> SentBack:
    """Return the gradient of an activation's input from that of its output."""
    out = np.empty_like(gradient, order="C")
    if applied.name == "softmax":

        def apply(run: slice) -> None:
            out[run] = softmax_back(activated.out[run], gradient[run], axis)

        workers.each(apply, workers.runs(len(gradient)))
        return SentBack(out, stats_of(out, workers))
    assert activated.slope is not None
    return _times(gradient, activated.slope, out, workers)


def _times(gradient: Array, slope: Array, out: Array, workers: Workers) -> SentBack:
    """Fill ``out`` with a gradient times the slope, block by block, and measure it."""
    with np.errstate(all="ignore"):
        shown = sampled(gradient) * sampled(slope)
    shift = shift_of(shown)
    given, slopes, values = gradient.reshape(-1), slope.reshape(-1), out.reshape(-1)

    def apply(run: slice) -> Sums | None:
        found = masked_into(values[run], given[run], slopes[run], shift)
        if found is None:
            np.multiply(given[run], slopes[run], out=values[run])
        return found

    sums = [found for found in workers.each(apply, workers.runs(values.size, BLOCK)) if found is not None]
    complete = sum(found.seen for found in sums) == values.size
    return SentBack(out, joined(sums, shift, 1.0, shown) if complete else stats_of(out, workers))
