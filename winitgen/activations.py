"""The activations: what each computes, its gain, and the scheme that suits it.

A layer's activation decides how its kernel is drawn (`init: auto`):

========================  ==================  =====================================
the activation is         the scheme is       with variance
========================  ==================  =====================================
bounded or linear         ``xavier``          2 / (fan_in + fan_out)
of the ReLU family        ``he``              gain^2 / fan_in
SELU                      ``lecun``           1 / fan_in
========================  ==================  =====================================

An activation's gain is 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1): the factor on the standard deviation
that keeps the second moment of the signal (He et al. 2015, section 2.2, carried over from ReLU).
The gains are recorded, rounded to float64 from 50 digits, because they end up in files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

SQRT2 = math.sqrt(2.0)


class Activation(NamedTuple):
    """One row of the table; ``source`` is the paper that brought it in.

    ``parameter`` and ``default`` name the one number the activation may be given; ``gain_for``
    computes the gain for another number than the default. ``torch_gain`` is what
    ``torch.nn.init.calculate_gain`` answers, None where it has no answer.
    """

    name: str
    formula: str
    scheme: str
    gain: float
    source: str
    torch_gain: float | None = None
    parameter: str = ""
    default: float = 0.0
    gain_for: Callable[[float], float] | None = None
    aliases: tuple[str, ...] = ()


def _leaky_gain(slope: float) -> float:
    """Gain of max(x, slope x): sqrt(2 / (1 + slope^2)) (He et al. 2015, eq. 15)."""
    return math.sqrt(2.0 / (1.0 + slope * slope))


# E[(e^z - 1)^2; z < 0] = e^2 Phi(-2) - 2 sqrt(e) Phi(-1) + 1/2, rounded from 50 digits.
_ELU_NEGATIVE_HALF = 0.14494541749292386


def _elu_gain(alpha: float) -> float:
    """Gain of ELU: E f^2 = 1/2 + alpha^2 E[(e^z - 1)^2; z < 0]."""
    return 1.0 / math.sqrt(0.5 + alpha * alpha * _ELU_NEGATIVE_HALF)


def _sin_gain(omega: float) -> float:
    """Gain of sin(omega x): E f^2 = (1 - exp(-2 omega^2)) / 2, evaluated at 50 digits."""
    import mpmath

    with mpmath.workdps(50):
        return float(mpmath.sqrt(2 / (1 - mpmath.exp(-2 * mpmath.mpf(omega) ** 2))))


ACTIVATIONS = {
    row.name: row
    for row in (
        Activation(
            "linear",
            "x",
            "xavier",
            1.0,
            "",
            torch_gain=1.0,
            aliases=(
                "none",
                "identity",
            ),
        ),
        Activation(
            "sigmoid",
            "1 / (1 + exp(-x))",
            "xavier",
            1.8462285453386054,
            "Rumelhart, Hinton & Williams 1986",
            torch_gain=1.0,
        ),
        Activation(
            "hard_sigmoid",
            "clip(x/6 + 1/2, 0, 1)",
            "xavier",
            1.897840424729559,
            "Courbariaux, Bengio & David 2015",
            aliases=("hardsigmoid",),
        ),
        Activation(
            "tanh", "tanh(x)", "xavier", 1.5925374197228315, "LeCun et al. 1998", torch_gain=5.0 / 3.0
        ),
        Activation(
            "hard_tanh",
            "clip(x, -1, 1)",
            "xavier",
            1.3920361404483097,
            "Collobert 2004",
            aliases=("hardtanh",),
        ),
        Activation("softsign", "x / (1 + |x|)", "xavier", 2.3375333631085398, "Bergstra et al. 2009"),
        Activation("softmax", "exp(x_i) / sum_j exp(x_j)", "xavier", 1.0, "Bridle 1990"),
        Activation(
            "sin",
            "sin(omega x)",
            "xavier",
            1.5208666231788148,
            "Sitzmann et al. 2020",
            parameter="omega",
            default=1.0,
            gain_for=_sin_gain,
            aliases=("sine",),
        ),
        Activation("relu", "max(x, 0)", "he", SQRT2, "Nair & Hinton 2010", torch_gain=SQRT2),
        Activation("relu6", "min(max(x, 0), 6)", "he", 1.4142135650950736, "Krizhevsky 2010"),
        Activation(
            "relu2",
            "max(x, 0)^2",
            "he",
            0.816496580927726,
            "So et al. 2021",
            aliases=(
                "relu_squared",
                "squared_relu",
            ),
        ),
        Activation(
            "leaky_relu",
            "max(x, slope x)",
            "he",
            1.4141428569978354,
            "Maas, Hannun & Ng 2013",
            torch_gain=1.4141428569978354,
            parameter="slope",
            default=0.01,
            gain_for=_leaky_gain,
            aliases=("leakyrelu",),
        ),
        Activation(
            "prelu",
            "max(x, 0) + slope min(x, 0)",
            "he",
            1.3719886811400708,
            "He et al. 2015",
            parameter="slope",
            default=0.25,
            gain_for=_leaky_gain,
        ),
        Activation(
            "elu",
            "x if x > 0 else alpha (exp(x) - 1)",
            "he",
            1.2451983007007066,
            "Clevert, Unterthiner & Hochreiter 2016",
            parameter="alpha",
            default=1.0,
            gain_for=_elu_gain,
        ),
        Activation("gelu", "x Phi(x)", "he", 1.5335304411955353, "Hendrycks & Gimpel 2016"),
        Activation(
            "silu", "x sigmoid(x)", "he", 1.676532470331091, "Elfwing, Uchibe & Doya 2018", aliases=("swish",)
        ),
        Activation("mish", "x tanh(softplus(x))", "he", 1.486847581273208, "Misra 2019"),
        Activation("softplus", "log(1 + exp(x))", "he", 1.0418668355353018, "Dugas et al. 2001"),
        Activation(
            "hard_swish",
            "x hard_sigmoid(x)",
            "he",
            1.7366572127665416,
            "Howard et al. 2019",
            aliases=(
                "hardswish",
                "hard_silu",
            ),
        ),
        Activation(
            "selu",
            "lambda (x if x > 0 else alpha (exp(x) - 1))",
            "lecun",
            1.0,
            "Klambauer et al. 2017",
            torch_gain=0.75,
        ),
    )
}
"""Every activation by its name. Softmax has no gain of its own: it is read as linear."""

ALIASES = {alias: row.name for row in ACTIVATIONS.values() for alias in row.aliases}
"""Other names in use, each with the name in the table."""


class Applied(NamedTuple):
    """An activation as a layer applies it: its name, and its number where it has one."""

    name: str
    value: float | None = None

    @property
    def row(self) -> Activation:
        """The activation's row in the table."""
        return ACTIVATIONS[self.name]

    @property
    def gain(self) -> float:
        """The gain, for the number given; raises ValueError where it is not finite.

        >>> Applied("leaky_relu", 0.2).gain
        1.3867504905630728
        """
        row = self.row
        if row.gain_for is None or self.value is None or self.value == row.default:
            return row.gain
        return row.gain_for(self.value)

    @property
    def torch_gain(self) -> float | None:
        """What ``torch.nn.init.calculate_gain`` answers for it, or None."""
        if self.name == "leaky_relu":
            return self.gain
        return self.row.torch_gain

    def __str__(self) -> str:
        row = self.row
        if row.parameter and self.value not in (None, row.default):
            return f"{self.name}({self.value:g})"
        return self.name


LINEAR = Applied("linear")
