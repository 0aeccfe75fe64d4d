"""The functions of the activations that work on each value by itself, each by its activation's name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from winitgen.numeric.arrays import Array

Pair = tuple[Array, Array]
Function = Callable[[Array, float], Pair]

FUNCTIONS: dict[str, Function] = {}
"""Every activation but softmax, which works on no value by itself."""

FAR = 1e6
"""Where all that saturates has done so, and from where products with 0 are still 0."""


def elementwise(function: Function) -> Function:
    """Enter a function among `FUNCTIONS`, by its own name."""
    FUNCTIONS[function.__name__] = function
    return function


def logistic(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)) as a new array."""
    values = np.negative(x)
    np.exp(values, out=values)
    values += 1.0
    return np.reciprocal(values, out=values)
