"""Every activation as a function of arrays: f(x) and its slope f'(x).

Each function takes an array of float32 or float64 and the activation's number, and returns two new arrays
of the same shape and dtype. It makes few passes, since a block is in cache, and none that selects by a mask,
whose branches are hard to predict. At a kink the slope is that of PyTorch's autograd. A value with a limit
never becomes nan: x sigmoid(x) is 0 at -inf.
"""

from __future__ import annotations

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import bounded, rectified, smooth
from winitgen.probing.activations.bounded import softmax, softmax_back
from winitgen.probing.activations.elementwise import FUNCTIONS, Pair

__all__ = ["FLAT", "FUNCTIONS", "bounded", "evaluate", "rectified", "smooth", "softmax", "softmax_back"]

FLAT = 0.01
"""A slope below this share of the activation's largest counts as saturated; also the margin at its ends."""


def evaluate(applied: Applied, x: Array) -> Pair:
    """Return f(x) and the slope f'(x) of every value, as new arrays of the dtype of ``x``.

    ``x`` is of float32 or float64 and has at least one axis. At a kink the slope is that of PyTorch's
    autograd. Raises KeyError for softmax, which has `softmax` and `softmax_back`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return FUNCTIONS[applied.name](x, applied.number)
