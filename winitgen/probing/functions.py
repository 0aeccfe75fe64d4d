"""What every activation does to an array, and the properties that a probe's figures are measured by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.probing import elementwise

Array = np.ndarray[Any, Any]


class Function(NamedTuple):
    """One activation that works on each value by itself; the fields are explained at the functions below."""

    evaluate: Callable[[Array, float], tuple[Array, Array]]
    largest_slope: float | None = 1.0
    ends: tuple[float, float] | None = None
    kinks: tuple[float, ...] = ()


FLAT = 0.01
"""A slope below this share of the activation's largest counts as saturated; it is the margin at its ends, too."""

FUNCTIONS = {
    "linear": Function(elementwise.linear),
    "sigmoid": Function(elementwise.sigmoid, 0.25, (0.0, 1.0)),
    "hard_sigmoid": Function(elementwise.hard_sigmoid, 1.0 / 6.0, (0.0, 1.0), (-3.0, 3.0)),
    "tanh": Function(elementwise.tanh, 1.0, (-1.0, 1.0)),
    "hard_tanh": Function(elementwise.hard_tanh, 1.0, (-1.0, 1.0), (-1.0, 1.0)),
    "softsign": Function(elementwise.softsign, 1.0, (-1.0, 1.0), (0.0,)),
    "sin": Function(elementwise.sin),
    "relu": Function(elementwise.relu, kinks=(0.0,)),
    "relu6": Function(elementwise.relu6, kinks=(0.0, 6.0)),
    "relu2": Function(elementwise.relu2, None, kinks=(0.0,)),
    "leaky_relu": Function(elementwise.leaky_relu, kinks=(0.0,)),
    "prelu": Function(elementwise.leaky_relu, kinks=(0.0,)),
    "elu": Function(elementwise.elu, kinks=(0.0,)),
    "gelu": Function(elementwise.gelu, 1.1289041451851547),
    "silu": Function(elementwise.silu, 1.099839320128867),
    "mish": Function(elementwise.mish, 1.088498161251728),
    "softplus": Function(elementwise.softplus),
    "hard_swish": Function(elementwise.hard_swish, 1.5, kinks=(-3.0, 3.0)),
    "selu": Function(elementwise.selu, elementwise.SELU_LAMBDA * elementwise.SELU_ALPHA, kinks=(0.0,)),
}
"""Every activation but softmax, which works on no value by itself."""


def number(applied: Applied) -> float:
    """Return the activation's number: the one given, or its default (0 where it has none)."""
    return applied.row.default if applied.value is None else applied.value


def evaluate(applied: Applied, x: Array) -> tuple[Array, Array]:
    """Return f(x) and the slope f'(x) of every value, as new arrays of the dtype of ``x``.

    ``x`` is of float32 or float64, of at least one axis. At a kink the slope is the one that
    PyTorch's autograd takes. Raises KeyError for softmax, which has `softmax` and `softmax_back`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return FUNCTIONS[applied.name].evaluate(x, number(applied))


def largest_slope(applied: Applied) -> float | None:
    """Return the largest |f'| there is, or None where it has no bound (relu2).

    That of f = x Phi(x) is where f'' = phi(x) (2 - x^2) is 0, at the root of 2; those of silu and
    mish are where their f'' is 0, at 2.3994 and 1.4906. A function with a number has the slope of
    the one side or the other; hard_swish has it just before 3.
    """
    if applied.name == "sin":
        return abs(number(applied))
    if applied.name in {"leaky_relu", "prelu", "elu"}:
        return max(1.0, abs(number(applied)))
    return FUNCTIONS[applied.name].largest_slope


def switches(applied: Applied) -> bool:
    """Return whether the slope is 0 or 1 everywhere, so that a bit can hold it."""
    return applied.name in ("relu", "relu6", "hard_tanh")


def ends(applied: Applied) -> tuple[float, float] | None:
    """Return the two ends of the range of an activation that saturates on both sides, or None.

    A sine is bounded too, but does not stay at an end.
    """
    return FUNCTIONS[applied.name].ends


def kinks(applied: Applied) -> tuple[float, ...]:
    """Return where f is not smooth: where f' or f'' jumps. Between them every derivative is continuous."""
    return FUNCTIONS[applied.name].kinks


def softmax(x: Array, axis: int) -> Array:
    """Return exp(x_i) / sum_j exp(x_j) along an axis, as a new array."""
    with np.errstate(over="ignore", invalid="ignore"):
        p: Array = x - x.max(axis=axis, keepdims=True)
        np.exp(p, out=p)
        p /= p.sum(axis=axis, keepdims=True)
    return p


def softmax_back(p: Array, gradient: Array, axis: int) -> Array:
    """Return the gradient before a softmax that gave ``p``: p_i (g_i - sum_j p_j g_j), as a new array."""
    with np.errstate(over="ignore", invalid="ignore"):
        back: Array = p * gradient
        total = back.sum(axis=axis, keepdims=True)
        np.subtract(gradient, total, out=back)
        back *= p
    return back
