"""Bounded activations, and the linear one: ``xavier`` suits them."""

from __future__ import annotations

from winitgen.catalog import gains
from winitgen.catalog.activations.activation import ActivationRow
from winitgen.catalog.gains import Gains

BOUNDED = (
    ActivationRow(
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
    ActivationRow(
        "sigmoid",
        "1 / (1 + exp(-x))",
        "xavier",
        Gains(1.8462285453386054, 4.801313372039962, 4.722646085937974),
        "Rumelhart, Hinton & Williams 1986",
        torch_gain=1.0,
    ),
    ActivationRow(
        "hard_sigmoid",
        "clip(x/6 + 1/2, 0, 1)",
        "xavier",
        Gains(1.897840424729559, 6.015034486637097, 6.008115825196681),
        "Courbariaux, Bengio & David 2015",
        aliases=("hardsigmoid",),
    ),
    ActivationRow(
        "tanh",
        "tanh(x)",
        "xavier",
        Gains(1.5925374197228315, 1.5925374197228315, 1.467413591630795),
        "LeCun et al. 1998",
        torch_gain=5.0 / 3.0,
    ),
    ActivationRow(
        "hard_tanh",
        "clip(x, -1, 1)",
        "xavier",
        Gains(1.3920361404483097, 1.3920361404483097, 1.2102870624325224),
        "Collobert 2004",
        aliases=("hardtanh",),
    ),
    ActivationRow(
        "softsign",
        "x / (1 + |x|)",
        "xavier",
        Gains(2.3375333631085398, 2.3375333631085398, 2.095780608943311),
        "Bergstra et al. 2009",
    ),
    ActivationRow("softmax", "exp(x_i) / sum_j exp(x_j)", "xavier", Gains(1.0, 1.0, 1.0), "Bridle 1990"),
    ActivationRow(
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
)
