"""The activations and their slopes with mpmath, at whatever precision is set: what tests compare with."""

from collections.abc import Callable

import mpmath

Function = Callable[[mpmath.mpf], mpmath.mpf]

SELU_ALPHA = "1.6732632423543772848170429916717"
SELU_LAMBDA = "1.0507009873554804934193349852946"

QUICK = mpmath.mpf("1.702")
"""The factor of the quick GELU (Hendrycks & Gimpel 2016, section 2)."""


def sigmoid(z: mpmath.mpf) -> mpmath.mpf:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + mpmath.exp(-z))


def clipped(z: mpmath.mpf) -> mpmath.mpf:
    """Return z/6 + 1/2 between 0 and 1."""
    return min(max(z / 6 + mpmath.mpf("0.5"), 0), 1)


def leaky(slope: str) -> Function:
    """Return the leaky ReLU with ``slope``."""
    return lambda z: z if z > 0 else mpmath.mpf(slope) * z


def elu(alpha: str) -> Function:
    """Return ELU with ``alpha``."""
    return lambda z: z if z > 0 else mpmath.mpf(alpha) * mpmath.expm1(z)


FUNCTIONS: dict[str, Function] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "hard_sigmoid": clipped,
    "tanh": mpmath.tanh,
    "hard_tanh": lambda z: min(max(z, -1), 1),
    "softsign": lambda z: z / (1 + abs(z)),
    "sin": mpmath.sin,
    "relu": lambda z: max(z, 0),
    "relu6": lambda z: min(max(z, 0), 6),
    "relu2": lambda z: max(z, 0) ** 2,
    "leaky_relu": leaky("0.01"),
    "prelu": leaky("0.25"),
    "elu": elu("1"),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "quick_gelu": lambda z: z * sigmoid(QUICK * z),
    "silu": lambda z: z * sigmoid(z),
    "mish": lambda z: z * mpmath.tanh(mpmath.log1p(mpmath.exp(z))),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "hard_swish": lambda z: z * clipped(z),
    "selu": lambda z: mpmath.mpf(SELU_LAMBDA) * elu(SELU_ALPHA)(z),
}


def elu_slope(alpha: str) -> Function:
    """Return the derivative of ELU with ``alpha``."""
    return lambda z: 1 if z > 0 else mpmath.mpf(alpha) * mpmath.exp(z)


def mish_slope(z: mpmath.mpf) -> mpmath.mpf:
    """Return the derivative of z tanh(softplus(z))."""
    bend = mpmath.tanh(mpmath.log1p(mpmath.exp(z)))
    return bend + z * sigmoid(z) * (1 - bend**2)


SLOPES: dict[str, Function] = {
    "linear": lambda z: 1,
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "hard_sigmoid": lambda z: mpmath.mpf(1) / 6 if -3 < z < 3 else 0,
    "tanh": lambda z: 1 - mpmath.tanh(z) ** 2,
    "hard_tanh": lambda z: 1 if -1 < z < 1 else 0,
    "softsign": lambda z: 1 / (1 + abs(z)) ** 2,
    "sin": mpmath.cos,
    "relu": lambda z: 1 if z > 0 else 0,
    "relu6": lambda z: 1 if 0 < z < 6 else 0,
    "relu2": lambda z: 2 * max(z, 0),
    "leaky_relu": lambda z: 1 if z > 0 else mpmath.mpf("0.01"),
    "prelu": lambda z: 1 if z > 0 else mpmath.mpf("0.25"),
    "elu": elu_slope("1"),
    "gelu": lambda z: mpmath.ncdf(z) + z * mpmath.npdf(z),
    "quick_gelu": lambda z: sigmoid(QUICK * z) * (1 + QUICK * z * (1 - sigmoid(QUICK * z))),
    "silu": lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    "mish": mish_slope,
    "softplus": sigmoid,
    "hard_swish": lambda z: z / 3 + mpmath.mpf("0.5") if -3 < z < 3 else min(max(z, 0), 1),
    "selu": lambda z: mpmath.mpf(SELU_LAMBDA) * elu_slope(SELU_ALPHA)(z),
}
