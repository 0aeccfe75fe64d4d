"""The curved relatives of ReLU: ``he`` suits them with the gain of each, and ``lecun`` suits SELU.

The largest slope of gelu, x Phi(x), is where f'' = phi(x) (2 - x^2) is 0, at the root of 2; those of silu and
mish are where their f'' is 0, at 2.3994 and 1.4906; quick_gelu has that of silu, at 2.3994 / 1.702. hard_swish
has it just before 3.
"""

from __future__ import annotations

from winitgen.catalog.activations import gains
from winitgen.catalog.activations.activation import ActivationRow, steeper_side
from winitgen.catalog.activations.gains import Gains

SELU_ALPHA = 1.6732632423543772
SELU_LAMBDA = 1.0507009873554805
"""Klambauer et al. 2017, eq. 14, rounded to float64."""

SMOOTH = (
    ActivationRow(
        name="elu",
        formula="x if x > 0 else alpha (exp(x) - 1)",
        summary="ReLU with an exponential for negative values",
        source="Clevert, Unterthiner & Hochreiter 2016",
        scheme="he",
        gains=Gains(1.2451983007007066, 1.2708434178501964, 1.223428557552621),
        kinks=(0.0,),
        parameter="alpha",
        meaning="Depth for negative values, which end at -alpha",
        default=1.0,
        gains_for=gains.elu,
        largest_slope_for=steeper_side,
    ),
    ActivationRow(
        name="gelu",
        formula="x Phi(x)",
        summary="x times the normal distribution function",
        source="Hendrycks & Gimpel 2016",
        scheme="he",
        gains=Gains(1.5335304411955353, 1.7009262433633332, 1.4811144127083482),
        largest_slope=1.1289041451851547,
    ),
    ActivationRow(
        name="silu",
        formula="x sigmoid(x)",
        summary="x times its sigmoid",
        source="Elfwing, Uchibe & Doya 2018",
        scheme="he",
        gains=Gains(1.676532470331091, 1.787187222100442, 1.6233202579524972),
        aliases=("swish",),
        largest_slope=1.099839320128867,
    ),
    ActivationRow(
        name="quick_gelu",
        formula="x sigmoid(1.702 x)",
        summary="gelu with a sigmoid in place of Phi, as in CLIP",
        source="Hendrycks & Gimpel 2016, section 2",
        scheme="he",
        gains=Gains(1.5394587622988314, 1.7093585898912749, 1.491459226750051),
        largest_slope=1.099839320128867,
    ),
    ActivationRow(
        name="mish",
        formula="x tanh(softplus(x))",
        summary="x times the tanh of its softplus",
        source="Misra 2019",
        scheme="he",
        gains=Gains(1.486847581273208, 1.5920253810994462, 1.4447552325473194),
        largest_slope=1.088498161251728,
    ),
    ActivationRow(
        name="softplus",
        formula="log(1 + exp(x))",
        summary="Smooth ReLU",
        source="Dugas et al. 2001",
        scheme="he",
        gains=Gains(1.0418668355353018, 1.9191259801076563, 1.8462285453386054),
    ),
    ActivationRow(
        name="hard_swish",
        formula="x hard_sigmoid(x)",
        summary="x times its hard sigmoid",
        source="Howard et al. 2019",
        scheme="he",
        gains=Gains(1.7366572127665416, 1.8138714738131827, 1.6700763674413823),
        aliases=("hardswish", "hard_silu"),
        kinks=(-3.0, 3.0),
        largest_slope=1.5,
    ),
    ActivationRow(
        name="selu",
        formula="lambda (x if x > 0 else alpha (exp(x) - 1))",
        summary="ELU scaled so that mean 0 and variance 1 are a fixed point",
        source="Klambauer et al. 2017",
        scheme="lecun",
        gains=Gains(1.0, 1.0, 0.9660257769739011),
        torch_gain=0.75,
        kinks=(0.0,),
        largest_slope=SELU_LAMBDA * SELU_ALPHA,
    ),
)
