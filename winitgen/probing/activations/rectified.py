"""ReLU and other activations built from it, as functions of arrays."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.probing.activations.elementwise import Pair, elementwise


@elementwise
def relu(x: Array, _: float) -> Pair:
    """Return max(x, 0); the slope is 0 at 0."""
    return np.maximum(x, 0.0), (x > 0.0).astype(x.dtype)


@elementwise
def relu6(x: Array, _: float) -> Pair:
    """Return x between 0 and 6; the slope is 0 at both kinks."""
    value = np.clip(x, 0.0, 6.0)
    inside = value > 0.0
    inside &= value < 6.0
    return value, inside.astype(x.dtype)


@elementwise
def relu2(x: Array, _: float) -> Pair:
    """Return max(x, 0)^2 and 2 max(x, 0)."""
    value = np.maximum(x, 0.0)
    slope = value + value
    value *= value
    return value, slope


@elementwise
def leaky_relu(x: Array, negative: float) -> Pair:
    """Return x, times ``negative`` where x <= 0."""
    if not negative:
        return relu(x, 0.0)
    slope = (x <= 0.0).astype(x.dtype)
    slope *= negative
    slope += x > 0.0
    return x * slope, slope


@elementwise
def prelu(x: Array, negative: float) -> Pair:
    """Return the leaky ReLU."""
    return leaky_relu(x, negative)
