"""ReLU and its kin: ``he`` suits them with the gain of each, and ``lecun`` suits SELU."""

from __future__ import annotations

import math

from winitgen.catalog import gains
from winitgen.catalog.activations.activation import ActivationRow
from winitgen.catalog.gains import Gains

SQRT2 = math.sqrt(2.0)

RECTIFIED = (
    ActivationRow(
        "relu",
        "max(x, 0)",
        "he",
        Gains(SQRT2, 1.7128585504496627, SQRT2),
        "Nair & Hinton 2010",
        torch_gain=SQRT2,
    ),
    ActivationRow(
        "relu6",
        "min(max(x, 0), 6)",
        "he",
        Gains(1.4142135650950736, 1.7128585549723954, 1.4142135637683406),
        "Krizhevsky 2010",
    ),
    ActivationRow(
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
    ActivationRow(
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
    ActivationRow(
        "prelu",
        "max(x, 0) + slope min(x, 0)",
        "he",
        Gains(1.3719886811400708, 1.504609643215645, 1.3719886811400708),
        "He et al. 2015",
        parameter="slope",
        default=0.25,
        gains_for=gains.leaky,
    ),
    ActivationRow(
        "elu",
        "x if x > 0 else alpha (exp(x) - 1)",
        "he",
        Gains(1.2451983007007066, 1.2708434178501964, 1.223428557552621),
        "Clevert, Unterthiner & Hochreiter 2016",
        parameter="alpha",
        default=1.0,
        gains_for=gains.elu,
    ),
    ActivationRow(
        "gelu",
        "x Phi(x)",
        "he",
        Gains(1.5335304411955353, 1.7009262433633332, 1.4811144127083482),
        "Hendrycks & Gimpel 2016",
    ),
    ActivationRow(
        "silu",
        "x sigmoid(x)",
        "he",
        Gains(1.676532470331091, 1.787187222100442, 1.6233202579524972),
        "Elfwing, Uchibe & Doya 2018",
        aliases=("swish",),
    ),
    ActivationRow(
        "mish",
        "x tanh(softplus(x))",
        "he",
        Gains(1.486847581273208, 1.5920253810994462, 1.4447552325473194),
        "Misra 2019",
    ),
    ActivationRow(
        "softplus",
        "log(1 + exp(x))",
        "he",
        Gains(1.0418668355353018, 1.9191259801076563, 1.8462285453386054),
        "Dugas et al. 2001",
    ),
    ActivationRow(
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
    ActivationRow(
        "selu",
        "lambda (x if x > 0 else alpha (exp(x) - 1))",
        "lecun",
        Gains(1.0, 1.0, 0.9660257769739011),
        "Klambauer et al. 2017",
        torch_gain=0.75,
    ),
)
