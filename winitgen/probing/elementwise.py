"""The activations that work on each value by itself: f(x) and its slope f'(x), for whole arrays.

Each function takes an array of float32 or float64 and the activation's number, and returns two new
arrays of the same kind. They make few passes, since a block is in cache,
and none that chooses by a mask, whose branches are hard to foresee. At a kink the slope is the
one that PyTorch's autograd takes. Nothing turns to nan that has a limit: x sigmoid(x) is 0 at -inf.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from winitgen.probing import normal_cdf as normal

Array = np.ndarray[Any, Any]
Pair = tuple[Array, Array]

FAR = 1e6
"""Where all that saturates has done so, and from where products with 0 are still 0."""

SELU_ALPHA = 1.6732632423543772
SELU_LAMBDA = 1.0507009873554805
"""Klambauer et al. 2017, eq. 14, rounded to float64."""


def linear(x: Array, _: float) -> Pair:
    """Return x and 1."""
    return x.copy(), np.ones_like(x)


def logistic(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)) as a new array."""
    values = np.negative(x)
    np.exp(values, out=values)
    values += 1.0
    return np.reciprocal(values, out=values)


def sigmoid(x: Array, _: float) -> Pair:
    """Return s = 1 / (1 + exp(-x)) and s (1 - s)."""
    value = logistic(x)
    slope = 1.0 - value
    slope *= value
    return value, slope


def hard_sigmoid(x: Array, _: float) -> Pair:
    """Return x/6 + 1/2 between 0 and 1; the slope is 0 at both kinks."""
    value = np.clip(x, -3.0, 3.0)
    slope = np.multiply(np.abs(value) < 3.0, 1.0 / 6.0, dtype=x.dtype)
    value += 3.0
    value /= 6.0
    return value, slope


def tanh(x: Array, _: float) -> Pair:
    """Return the hyperbolic tangent t, and 1 - t^2."""
    value = np.tanh(x)
    slope = value * value
    return value, np.subtract(1.0, slope, out=slope)


def hard_tanh(x: Array, _: float) -> Pair:
    """Return x between -1 and 1; the slope is 0 at both kinks."""
    value = np.clip(x, -1.0, 1.0)
    return value, (np.abs(value) < 1.0).astype(x.dtype)


def softsign(x: Array, _: float) -> Pair:
    """Return x / (1 + |x|) and 1 / (1 + |x|)^2."""
    value = np.clip(x, -1e30, 1e30)
    slope = np.abs(value)
    slope += 1.0
    value /= slope
    np.reciprocal(slope, out=slope)
    slope *= slope
    return value, slope


def sin(x: Array, omega: float) -> Pair:
    """Return the sine of omega x, and omega times its cosine."""
    phase = x * omega
    slope = np.cos(phase)
    slope *= omega
    return np.sin(phase, out=phase), slope


def relu(x: Array, _: float) -> Pair:
    """Return max(x, 0); the slope is 0 at 0."""
    return np.maximum(x, 0.0), (x > 0.0).astype(x.dtype)


def relu6(x: Array, _: float) -> Pair:
    """Return x between 0 and 6; the slope is 0 at both kinks."""
    value = np.clip(x, 0.0, 6.0)
    inside = value > 0.0
    inside &= value < 6.0
    return value, inside.astype(x.dtype)


def relu2(x: Array, _: float) -> Pair:
    """Return max(x, 0)^2 and 2 max(x, 0)."""
    value = np.maximum(x, 0.0)
    slope = value + value
    value *= value
    return value, slope


def leaky_relu(x: Array, negative: float) -> Pair:
    """Return x, times ``negative`` where x <= 0."""
    if not negative:
        return relu(x, 0.0)
    slope = (x <= 0.0).astype(x.dtype)
    slope *= negative
    slope += x > 0.0
    return x * slope, slope


def elu(x: Array, alpha: float) -> Pair:
    """Return x, or alpha (exp(x) - 1) where x <= 0."""
    slope = np.minimum(x, 0.0)
    np.expm1(slope, out=slope)
    slope *= alpha
    value = np.maximum(x, 0.0)
    value += slope
    slope += alpha
    slope *= x <= 0.0
    slope += x > 0.0
    return value, slope


def selu(x: Array, _: float) -> Pair:
    """Return lambda ELU(x) with the two numbers of Klambauer et al. 2017."""
    value, slope = elu(x, SELU_ALPHA)
    value *= SELU_LAMBDA
    slope *= SELU_LAMBDA
    return value, slope


def gelu(x: Array, _: float) -> Pair:
    """Return x Phi(x) and Phi(x) + x phi(x)."""
    near = np.clip(x, -normal.END, normal.END)
    slope = normal.density(near)
    share = normal.distribution(near, slope)
    slope *= near
    slope += share
    share *= np.maximum(x, -normal.END)
    return share, slope


def silu(x: Array, _: float) -> Pair:
    """Return x s and s (1 + x (1 - s)) with s = sigmoid(x)."""
    share = logistic(x)
    slope = 1.0 - share
    slope *= np.clip(x, -FAR, FAR)
    slope += 1.0
    slope *= share
    share *= np.maximum(x, -FAR)
    return share, slope


def mish(x: Array, _: float) -> Pair:
    """Return x t and t + 4 x e (e + 1) / d^2 with e = exp(x).

    t = tanh(softplus(x)) = e (e + 2) / d and d = e (e + 2) + 2; beyond 20, t is 1 to the last digit.
    """
    near = np.clip(x, -FAR, 20.0)
    power = np.exp(near)
    share = power + 2.0
    share *= power
    slope = share - power
    slope *= near
    slope *= 4.0
    share_below = share + 2.0
    share /= share_below
    slope /= share_below
    slope /= share_below
    slope += share
    share *= np.maximum(x, -FAR)
    return share, slope


def softplus(x: Array, _: float) -> Pair:
    """Return log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), and sigmoid(x)."""
    value = np.abs(x)
    np.negative(value, out=value)
    np.exp(value, out=value)
    np.log1p(value, out=value)
    value += np.maximum(x, 0.0)
    return value, logistic(x)


def hard_swish(x: Array, _: float) -> Pair:
    """Return x h(x) with h = hard_sigmoid; the slope is 0 at -3 and 1 at 3."""
    near = np.clip(x, -3.0, 3.0)
    value = near + 3.0
    value /= 6.0
    slope = near / 3.0
    slope += 0.5
    slope *= np.abs(near) < 3.0
    slope += near == 3.0
    value *= np.maximum(x, -3.0)
    return value, slope
