"""ReLU and other piecewise linear or squared variants: ``he`` suits them with the gain of each."""

from __future__ import annotations

import math

from winitgen.catalog.activations import gains
from winitgen.catalog.activations.activation import ActivationRow, steeper_side
from winitgen.catalog.activations.gains import Gains

SQRT2 = math.sqrt(2.0)

RECTIFIED = (
    ActivationRow(
        name="relu",
        formula="max(x, 0)",
        summary="Positive values as they are, 0 for the others",
        source="Nair & Hinton 2010",
        scheme="he",
        gains=Gains(SQRT2, 1.7128585504496627, SQRT2),
        bias=0.01,
        torch_gain=SQRT2,
        kinks=(0.0,),
        binary_slope=True,
        scale_free=True,
    ),
    ActivationRow(
        name="relu6",
        formula="min(max(x, 0), 6)",
        summary="ReLU that is clipped at 6",
        source="Krizhevsky 2010",
        scheme="he",
        gains=Gains(1.4142135650950736, 1.7128585549723954, 1.4142135637683406),
        kinks=(0.0, 6.0),
        binary_slope=True,
    ),
    ActivationRow(
        name="relu2",
        formula="max(x, 0)^2",
        summary="ReLU squared",
        source="So et al. 2021",
        scheme="he",
        gains=Gains(0.816496580927726, 0.8944271909999159, 0.7071067811865476),
        aliases=("relu_squared", "squared_relu"),
        kinks=(0.0,),
        largest_slope=None,
    ),
    ActivationRow(
        name="leaky_relu",
        formula="max(x, slope x)",
        summary="ReLU with a small slope for negative values",
        source="Maas, Hannun & Ng 2013",
        scheme="he",
        gains=Gains(1.4141428569978354, 1.7048316271773367, 1.4141428569978354),
        aliases=("leakyrelu",),
        torch_gain=1.4141428569978354,
        kinks=(0.0,),
        scale_free=True,
        parameter="slope",
        meaning="Slope for negative values",
        default=0.01,
        gains_for=gains.leaky,
        largest_slope_for=steeper_side,
    ),
    ActivationRow(
        name="prelu",
        formula="max(x, 0) + slope min(x, 0)",
        summary="Leaky ReLU whose slope is learned",
        source="He et al. 2015",
        scheme="he",
        gains=Gains(1.3719886811400708, 1.504609643215645, 1.3719886811400708),
        kinks=(0.0,),
        scale_free=True,
        parameter="slope",
        meaning="Slope for negative values",
        default=0.25,
        gains_for=gains.leaky,
        largest_slope_for=steeper_side,
    ),
)
