"""Bounded activations, and the linear one: ``xavier`` suits them."""

from __future__ import annotations

from winitgen.catalog.activations import gains
from winitgen.catalog.activations.activation import ActivationRow
from winitgen.catalog.activations.gains import Gains

BOUNDED = (
    ActivationRow(
        name="linear",
        formula="x",
        source="",
        scheme="xavier",
        gains=Gains(1.0, 1.0, 1.0),
        aliases=("none", "identity"),
        torch_gain=1.0,
        scale_free=True,
    ),
    ActivationRow(
        name="sigmoid",
        formula="1 / (1 + exp(-x))",
        source="Rumelhart, Hinton & Williams 1986",
        scheme="xavier",
        gains=Gains(1.8462285453386054, 4.801313372039962, 4.722646085937974),
        torch_gain=1.0,
        ends=(0.0, 1.0),
        largest_slope=0.25,
    ),
    ActivationRow(
        name="hard_sigmoid",
        formula="clip(x/6 + 1/2, 0, 1)",
        source="Courbariaux, Bengio & David 2015",
        scheme="xavier",
        gains=Gains(1.897840424729559, 6.015034486637097, 6.008115825196681),
        aliases=("hardsigmoid",),
        ends=(0.0, 1.0),
        kinks=(-3.0, 3.0),
        largest_slope=1.0 / 6.0,
    ),
    ActivationRow(
        name="tanh",
        formula="tanh(x)",
        source="LeCun et al. 1998",
        scheme="xavier",
        gains=Gains(1.5925374197228315, 1.5925374197228315, 1.467413591630795),
        torch_gain=5.0 / 3.0,
        ends=(-1.0, 1.0),
    ),
    ActivationRow(
        name="hard_tanh",
        formula="clip(x, -1, 1)",
        source="Collobert 2004",
        scheme="xavier",
        gains=Gains(1.3920361404483097, 1.3920361404483097, 1.2102870624325224),
        aliases=("hardtanh",),
        ends=(-1.0, 1.0),
        kinks=(-1.0, 1.0),
        binary_slope=True,
    ),
    ActivationRow(
        name="softsign",
        formula="x / (1 + |x|)",
        source="Bergstra et al. 2009",
        scheme="xavier",
        gains=Gains(2.3375333631085398, 2.3375333631085398, 2.095780608943311),
        ends=(-1.0, 1.0),
        kinks=(0.0,),
    ),
    ActivationRow(
        name="softmax",
        formula="exp(x_i) / sum_j exp(x_j)",
        source="Bridle 1990",
        scheme="xavier",
        gains=Gains(1.0, 1.0, 1.0),
        largest_slope=None,
    ),
    ActivationRow(
        name="sin",
        formula="sin(omega x)",
        source="Sitzmann et al. 2020",
        scheme="xavier",
        gains=Gains(1.5208666231788148, 1.5208666231788148, 1.327250600284575),
        aliases=("sine",),
        parameter="omega",
        default=1.0,
        gains_for=gains.sin,
        largest_slope_for=abs,
    ),
)
