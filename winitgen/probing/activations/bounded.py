"""Bounded activations and the linear one, as functions of arrays."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.probing.activations.elementwise import Pair, elementwise, logistic


@elementwise
def linear(x: Array, _: float) -> Pair:
    """Return x and 1."""
    return x.copy(), np.ones_like(x)


@elementwise
def sigmoid(x: Array, _: float) -> Pair:
    """Return s = 1 / (1 + exp(-x)) and s (1 - s)."""
    value = logistic(x)
    slope = 1.0 - value
    slope *= value
    return value, slope


@elementwise
def hard_sigmoid(x: Array, _: float) -> Pair:
    """Return x/6 + 1/2 between 0 and 1; the slope is 0 at both kinks."""
    value = np.clip(x, -3.0, 3.0)
    slope = np.multiply(np.abs(value) < 3.0, 1.0 / 6.0, dtype=x.dtype)
    value += 3.0
    value /= 6.0
    return value, slope


@elementwise
def tanh(x: Array, _: float) -> Pair:
    """Return the hyperbolic tangent t, and 1 - t^2."""
    value = np.tanh(x)
    slope = value * value
    return value, np.subtract(1.0, slope, out=slope)


@elementwise
def hard_tanh(x: Array, _: float) -> Pair:
    """Return x between -1 and 1; the slope is 0 at both kinks."""
    value = np.clip(x, -1.0, 1.0)
    return value, (np.abs(value) < 1.0).astype(x.dtype)


@elementwise
def softsign(x: Array, _: float) -> Pair:
    """Return x / (1 + |x|) and 1 / (1 + |x|)^2."""
    value = np.clip(x, -1e30, 1e30)
    slope = np.abs(value)
    slope += 1.0
    value /= slope
    np.reciprocal(slope, out=slope)
    slope *= slope
    return value, slope


@elementwise
def sin(x: Array, omega: float) -> Pair:
    """Return the sine of omega x, and omega times its cosine."""
    phase = x * omega
    slope = np.cos(phase)
    slope *= omega
    return np.sin(phase, out=phase), slope


def softmax(x: Array, axis: int, out: Array | None = None) -> Array:
    """Return exp(x_i) / sum_j exp(x_j) along an axis, in ``out``, which may be ``x``, or a new array."""
    with np.errstate(over="ignore", invalid="ignore"):
        p: Array = np.subtract(x, x.max(axis=axis, keepdims=True), out=out)
        np.exp(p, out=p)
        p /= p.sum(axis=axis, keepdims=True)
    return p


def softmax_back(p: Array, gradient: Array, axis: int) -> Array:
    """Return the gradient before a softmax with output ``p``: p_i (g_i - sum_j p_j g_j), as a new array."""
    with np.errstate(over="ignore", invalid="ignore"):
        back: Array = p * gradient
        total = back.sum(axis=axis, keepdims=True)
        np.subtract(gradient, total, out=back)
        back *= p
    return back
