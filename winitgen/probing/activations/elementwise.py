"""The functions of the elementwise activations, by the name of the activation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from winitgen.numeric.arrays import Array

Pair = tuple[Array, Array]
Function = Callable[[Array, float], Pair]

FUNCTIONS: dict[str, Function] = {}
"""Every activation except softmax, which is not elementwise."""

FAR = 1e6
"""Beyond this every saturating activation has saturated, and its product with 0 is still 0."""


def elementwise(function: Function) -> Function:
    """Add a function to `FUNCTIONS`, under its own name."""
    FUNCTIONS[function.__name__] = function
    return function


def logistic(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)) as a new array."""
    values = np.negative(x)
    np.exp(values, out=values)
    values += 1.0
    return np.reciprocal(values, out=values)
