"""What the compiled kernels do to signals of float32; each function returns None, or False, where NumPy is to do it."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np

from winitgen.compiled.kernels import kernels
from winitgen.numeric.arrays import Array
from winitgen.numeric.sums import Sums
from winitgen.probing.spans import Block, Slide

SHORT = 16
"""Positions below which a channel's rows are too short for the loops of the kernels."""


class Rectified(NamedTuple):
    """The sums before and after a ReLU, and how many values are above 0."""

    pre: Sums
    out: Sums
    above: int


def relu_in_place(values: Array, slopes: Array, before: float, after: float) -> Rectified | None:
    """Apply a ReLU to a flat array, and fill ``slopes`` (bool); the sums are about the shifts ``before`` and ``after``."""
    compiled = _kernels_for(values)
    if compiled is None:
        return None
    pre, out, above = compiled.relu32(values, slopes, before, after)
    return Rectified(Sums(values.size, *pre), Sums(values.size, *out), above)


def masked_into(out: Array, gradient: Array, slopes: Array, shift: float) -> Sums | None:
    """Fill the flat array ``out`` with the gradient times slopes of 0 or 1 (bool), and return its sums about ``shift``."""
    if slopes.dtype != bool or (compiled := _kernels_for(out, gradient)) is None:
        return None
    return Sums(out.size, *compiled.masked32(gradient, slopes, out, shift))


def columns_into(out: Array, images: Array, channels: tuple[int, int], slide: Slide, block: Block) -> bool:
    """Fill ``out`` with the columns of a block for a range of channels, of images (samples, channels, *spatial) of one or two axes."""
    compiled = _kernels_for(images)
    if compiled is None or images.ndim not in (3, 4):
        return False
    axes = [
        (*axis, run.start, run.stop - run.start)
        for *axis, run in zip(*slide[:4], block.positions, strict=True)
    ]
    spatial = images.shape[2:]
    if len(axes) == 1:  # a line is an image of one row
        axes, spatial = [(1, 1, 1, 0, 0, 1), *axes], (1, *spatial)
    samples = block.samples.start, block.samples.stop
    numbers = images.shape[1], *spatial, *samples, *channels, *(number for axis in axes for number in axis)
    compiled.columns32(images, out, struct.pack(f"={len(numbers)}q", *numbers))
    return True


def normalised_into(
    out: Array,
    mean: Array,
    scale: Array,
    x: Array,
    parameters: tuple[Array | None, Array | None],
    epsilon: float,
    run: slice,
) -> bool:
    """Fill a run of channels of ``out`` (samples, channels, positions) with a batch norm of ``x``, and its statistics.

    ``parameters`` are gamma and beta, each in float32 or None.
    """
    compiled = _kernels_for(out, x, mean, scale, *parameters)
    if compiled is None or x.shape[2] < SHORT:
        return False
    compiled.batch_norm32(x, out, mean, scale, *parameters, epsilon, x.shape[2], run.start, run.stop)
    return True


def sent_back_into(
    out: Array, gradient: Array, x: Array, mean: Array, scale: Array, gamma: Array | None, run: slice
) -> bool:
    """Fill a run of channels of ``out`` with the gradient of a batch norm's input ``x``."""
    compiled = _kernels_for(out, gradient, x, mean, scale, gamma)
    if compiled is None or x.shape[2] < SHORT:
        return False
    compiled.batch_norm_back32(gradient, x, out, mean, scale, gamma, x.shape[2], run.start, run.stop)
    return True


def _kernels_for(*arrays: Array | None) -> Any:
    """Return the kernels if C can read all arrays as they lie in memory, else None."""
    plain = all(
        array is None
        or bool(array.dtype == np.float32 and array.size and array.flags.c_contiguous and array.flags.aligned)
        for array in arrays
    )
    return kernels() if plain else None
