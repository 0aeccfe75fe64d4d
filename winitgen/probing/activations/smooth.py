"""Smooth variants of ReLU, as functions of arrays."""

from __future__ import annotations

import numpy as np

from winitgen.catalog.activations.smooth import SELU_ALPHA, SELU_LAMBDA
from winitgen.numeric.arrays import Array
from winitgen.probing import normal_cdf as normal
from winitgen.probing.activations.elementwise import FAR, Pair, elementwise, logistic


@elementwise
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


@elementwise
def gelu(x: Array, _: float) -> Pair:
    """Return x Phi(x) and Phi(x) + x phi(x)."""
    near = np.clip(x, -normal.END, normal.END)
    slope = normal.density(near)
    share = normal.distribution(near, slope)
    slope *= near
    slope += share
    share *= np.maximum(x, -normal.END)
    return share, slope


@elementwise
def silu(x: Array, _: float) -> Pair:
    """Return x s and s (1 + x (1 - s)) with s = sigmoid(x)."""
    share = logistic(x)
    slope = 1.0 - share
    slope *= np.clip(x, -FAR, FAR)
    slope += 1.0
    slope *= share
    share *= np.maximum(x, -FAR)
    return share, slope


@elementwise
def quick_gelu(x: Array, _: float) -> Pair:
    """Return x s and s (1 + 1.702 x (1 - s)) with s = sigmoid(1.702 x)."""
    inner = np.clip(1.702 * x, -FAR, FAR)
    share = logistic(inner)
    slope = 1.0 - share
    slope *= inner
    slope += 1.0
    slope *= share
    share *= np.maximum(x, -FAR)
    return share, slope


@elementwise
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


@elementwise
def softplus(x: Array, _: float) -> Pair:
    """Return log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), and sigmoid(x)."""
    value = np.abs(x)
    np.negative(value, out=value)
    np.exp(value, out=value)
    np.log1p(value, out=value)
    value += np.maximum(x, 0.0)
    return value, logistic(x)


@elementwise
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


@elementwise
def selu(x: Array, _: float) -> Pair:
    """Return lambda ELU(x) with the two numbers of Klambauer et al. 2017."""
    value, slope = elu(x, SELU_ALPHA)
    value *= SELU_LAMBDA
    slope *= SELU_LAMBDA
    return value, slope
