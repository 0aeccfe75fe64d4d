"""Values that another seed does not change: which scheme counts them out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import reduce

import numpy as np

from winitgen.catalog.schemes.mamba import MOST_STATES
from winitgen.drawing.whole.bilinear import taps
from winitgen.importing.trace.sinusoids import Init, other_sinusoids, sinusoids
from winitgen.numeric.arrays import Array

MOST_VALUES = 4096
"""The most values that a spec writes out."""

CLOSE = 1e-5
"""Error up to which a value is the scheme's: libraries compute in float32, and round to the number format."""


def counted(values: Array, step: float) -> Init | None:
    """Return the scheme of values in which nothing is random, or None; ``step`` is that of the number format at 1."""
    flat = values.astype(np.float64).ravel()
    if not np.isfinite(flat).all():
        return None
    if (flat == flat[0]).all():
        signed = flat[0] == 0 and np.signbit(flat).all()
        return _constant(-0.0 if signed else shortest(float(flat[0]), step))
    for init, wanted in _candidates(values.shape, flat):
        room = max(CLOSE, step) * np.maximum(np.abs(wanted), 1e-30) + _absolute(init)
        if _scheme(init) == "arange":
            room = step * np.ldexp(0.5, np.frexp(flat)[1] - 1)  # it is computed exactly, and rounded once
        if (np.abs(flat - wanted) <= room).all():
            return init
    return _written_out(values, step)


def table_but_for(values: Array, row: int, step: float) -> Init | None:
    """Return the scheme of a table of sines and cosines in which one row has other values, or None."""
    for init, wanted in sinusoids(values.shape) if values.shape[1] % 2 == 0 else ():
        table = wanted.reshape(values.shape)
        table[row] = values[row]
        if (np.abs(values - table) <= max(_absolute(init), step)).all():
            return init
    return None


def _written_out(values: Array, step: float) -> Init | None:
    """Return the scheme of a mask that does not look ahead, or of values that are all written down."""
    flat = values.ravel()
    if values.ndim >= 2:
        seen = np.broadcast_to(np.tri(*values.shape[-2:]) == 1, values.shape)
        if values.shape[-1] > 1 and len(ends := {*values[seen]}) == 1 == len(other := {*values[~seen]}):
            below, above = shortest(ends.pop(), step), shortest(other.pop(), step)
            return (
                "causal_mask"
                if below == 1 and str(above) == "0"
                else {"scheme": "causal_mask", "below": below, "above": above}
            )
    changes = np.flatnonzero(np.diff(flat)) + 1
    each = math.gcd(flat.size, *map(int, changes))
    once = flat[::each]
    for period in range(2, min(MOST_VALUES, once.size) + 1):
        if once.size % period == 0 and (once.reshape(-1, period) == once[:period]).all():
            numbers = [shortest(value, step) for value in once[:period]]
            return {"scheme": "listed", "values": numbers, **({"each": each} if each > 1 else {})}
    return None


def shortest(value: float, step: float) -> float:
    """Return the number of the fewest digits that is nearest to a value of a number format."""
    nearest = step * math.ldexp(0.5, math.frexp(value)[1] - 1)  # half of the step to the next number
    for count in range(1, 17):
        short = float(f"{value:.{count}g}")
        if abs(short - value) < nearest or short == value:
            return int(short) if short.is_integer() and abs(short) < 2**53 and str(short) != "-0.0" else short
    return float(value)


def _constant(value: float) -> Init:
    if str(value) == "-0.0":
        return {"scheme": "constant", "value": value}
    return {0.0: "zeros", 1.0: "ones"}.get(value, {"scheme": "constant", "value": value})


def _absolute(init: Init) -> float:
    return 3e-4 if _scheme(init) == "sinusoidal" else 1e-7


def _scheme(init: Init) -> str:
    return init if isinstance(init, str) else str(init["scheme"])


def _candidates(shape: tuple[int, ...], flat: Array) -> Iterator[tuple[Init, Array]]:
    """Yield schemes for a shape, with the values that each would give, in C order."""
    yield from _steps(flat)
    if len(shape) == 2 and flat[0] > 0:  # no gain is negative
        yield _identity(shape, flat)
    if len(shape) <= 2:
        yield from _windows(shape, flat)
    if 1 <= len(shape) <= 2 and shape[-1] <= MOST_STATES:
        yield "mamba_a_log", np.tile(np.log(np.arange(1, shape[-1] + 1)), flat.size // shape[-1])
    if 3 <= len(shape) <= 5:
        kernel = np.zeros((shape[0], shape[1], math.prod(shape[2:])))
        centre = reduce(lambda place, size: place * size + size // 2, shape[2:], 0)
        kernel[:, :, centre] = np.eye(shape[0], shape[1])
        yield "dirac", kernel.ravel()
        if shape[0] == shape[1]:
            tap = reduce(np.multiply.outer, (np.array(taps(size)) for size in shape[2:]))
            yield "bilinear", np.multiply.outer(np.eye(shape[0]), tap).ravel()
    if len(shape) >= 2 and shape[-1] % 2 == 0:
        yield from sinusoids(shape)
        yield from other_sinusoids(shape, flat)


def _steps(flat: Array) -> Iterator[tuple[Init, Array]]:
    """Yield even steps, from the fewest digits to the most."""
    width = (flat[-1] - flat[0]) / (flat.size - 1)
    for digits in (3, 6, 9, 17):
        first, step = float(f"{flat[0]:.{digits}g}"), float(f"{width:.{digits}g}")
        yield _arange(first, step), first + step * np.arange(flat.size)


def _arange(start: float, step: float) -> Init:
    options = {key: value for key, value, usual in (("start", start, 0), ("step", step, 1)) if value != usual}
    whole = {key: int(value) if value == int(value) else value for key, value in options.items()}
    return {"scheme": "arange", **whole} if whole else "arange"


def _identity(shape: tuple[int, ...], flat: Array) -> tuple[Init, Array]:
    gain = float(f"{flat[0]:.6g}")
    return "identity" if gain == 1 else {"scheme": "identity", "gain": gain}, gain * np.eye(
        shape[0], shape[1]
    ).ravel()


def _windows(shape: tuple[int, ...], flat: Array) -> Iterator[tuple[Init, Array]]:
    """Yield the indices of windows of two axes with as many places as rows, whose first number is that of the window."""
    places = shape[0] if len(shape) == 2 else math.isqrt(flat.size)
    if places**2 != flat.size:
        return
    for height in range(1, places + 1):
        width = places // height
        if height * width != places or flat[0] != (height - 1) * (2 * width - 1) + width - 1:
            continue
        at = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij")).reshape(2, -1)
        down, right = at[:, :, None] - at[:, None, :]
        index = (down + height - 1) * (2 * width - 1) + right + width - 1
        yield (
            {"scheme": "relative_position_index", "window": [height, width]},
            index.ravel().astype(np.float64),
        )
