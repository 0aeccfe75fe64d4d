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
`gains` has two more rules. The gains are recorded, rounded to float64 from 50 digits, because they end up in files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from winitgen import gains
from winitgen.gains import Gains

SQRT2 = math.sqrt(2.0)


class Activation(NamedTuple):
    """One row of the table; ``source`` is the paper that brought it in.

    ``parameter`` and ``default`` name the one number the activation may be given; ``gains_for``
    computes the gains for another number than the default. ``torch_gain`` is what
    ``torch.nn.init.calculate_gain`` answers, None where it has no answer.
    """

    name: str
    formula: str
    scheme: str
    gains: Gains
    source: str
    torch_gain: float | None = None
    parameter: str = ""
    default: float = 0.0
    gains_for: Callable[[float], Gains] | None = None
    aliases: tuple[str, ...] = ()

    @property
    def gain(self) -> float:
        """The gain that keeps the second moment."""
        return self.gains.forward


ACTIVATIONS = {
    row.name: row
    for row in (
        Activation(
            "linear",
            "x",
            "xavier",
            Gains(1.0, 1.0, 1.0),
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
            Gains(1.8462285453386054, 4.801313372039962, 4.722646085937974),
            "Rumelhart, Hinton & Williams 1986",
            torch_gain=1.0,
        ),
        Activation(
            "hard_sigmoid",
            "clip(x/6 + 1/2, 0, 1)",
            "xavier",
            Gains(1.897840424729559, 6.015034486637097, 6.008115825196681),
            "Courbariaux, Bengio & David 2015",
            aliases=("hardsigmoid",),
        ),
        Activation(
            "tanh",
            "tanh(x)",
            "xavier",
            Gains(1.5925374197228315, 1.5925374197228315, 1.467413591630795),
            "LeCun et al. 1998",
            torch_gain=5.0 / 3.0,
        ),
        Activation(
            "hard_tanh",
            "clip(x, -1, 1)",
            "xavier",
            Gains(1.3920361404483097, 1.3920361404483097, 1.2102870624325224),
            "Collobert 2004",
            aliases=("hardtanh",),
        ),
        Activation(
            "softsign",
            "x / (1 + |x|)",
            "xavier",
            Gains(2.3375333631085398, 2.3375333631085398, 2.095780608943311),
            "Bergstra et al. 2009",
        ),
        Activation("softmax", "exp(x_i) / sum_j exp(x_j)", "xavier", Gains(1.0, 1.0, 1.0), "Bridle 1990"),
        Activation(
            "sin",
            "sin(omega x)",
            "xavier",
            Gains(1.5208666231788148, 1.5208666231788148, 1.327250600284575),
            "Sitzmann et al. 2020",
            parameter="omega",
            default=1.0,
            gains_for=gains.sin,
            aliases=("sine",),
        ),
        Activation(
            "relu",
            "max(x, 0)",
            "he",
            Gains(SQRT2, 1.7128585504496627, SQRT2),
            "Nair & Hinton 2010",
            torch_gain=SQRT2,
        ),
        Activation(
            "relu6",
            "min(max(x, 0), 6)",
            "he",
            Gains(1.4142135650950736, 1.7128585549723954, 1.4142135637683406),
            "Krizhevsky 2010",
        ),
        Activation(
            "relu2",
            "max(x, 0)^2",
            "he",
            Gains(0.816496580927726, 0.8944271909999159, 0.7071067811865476),
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
            Gains(1.4141428569978354, 1.7048316271773367, 1.4141428569978354),
            "Maas, Hannun & Ng 2013",
            torch_gain=1.4141428569978354,
            parameter="slope",
            default=0.01,
            gains_for=gains.leaky,
            aliases=("leakyrelu",),
        ),
        Activation(
            "prelu",
            "max(x, 0) + slope min(x, 0)",
            "he",
            Gains(1.3719886811400708, 1.504609643215645, 1.3719886811400708),
            "He et al. 2015",
            parameter="slope",
            default=0.25,
            gains_for=gains.leaky,
        ),
        Activation(
            "elu",
            "x if x > 0 else alpha (exp(x) - 1)",
            "he",
            Gains(1.2451983007007066, 1.2708434178501964, 1.223428557552621),
            "Clevert, Unterthiner & Hochreiter 2016",
            parameter="alpha",
            default=1.0,
            gains_for=gains.elu,
        ),
        Activation(
            "gelu",
            "x Phi(x)",
            "he",
            Gains(1.5335304411955353, 1.7009262433633332, 1.4811144127083482),
            "Hendrycks & Gimpel 2016",
        ),
        Activation(
            "silu",
            "x sigmoid(x)",
            "he",
            Gains(1.676532470331091, 1.787187222100442, 1.6233202579524972),
            "Elfwing, Uchibe & Doya 2018",
            aliases=("swish",),
        ),
        Activation(
            "mish",
            "x tanh(softplus(x))",
            "he",
            Gains(1.486847581273208, 1.5920253810994462, 1.4447552325473194),
            "Misra 2019",
        ),
        Activation(
            "softplus",
            "log(1 + exp(x))",
            "he",
            Gains(1.0418668355353018, 1.9191259801076563, 1.8462285453386054),
            "Dugas et al. 2001",
        ),
        Activation(
            "hard_swish",
            "x hard_sigmoid(x)",
            "he",
            Gains(1.7366572127665416, 1.8138714738131827, 1.6700763674413823),
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
            Gains(1.0, 1.0, 0.9660257769739011),
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
        return self.gains.forward

    @property
    def gains(self) -> Gains:
        """The gains by every rule, for the number given; raises ValueError where one is not finite."""
        row = self.row
        if row.gains_for is None or self.value is None or self.value == row.default:
            return row.gains
        return row.gains_for(self.value)

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
