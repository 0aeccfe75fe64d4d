"""muP: spreads with which the best learning rate does not depend on the width."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.fans import fan_of
from winitgen.catalog.schemes.options import COUNT, NOT_NEGATIVE, Choice
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest
from winitgen.catalog.schemes.spread import drawn


def mup(request: SchemeRequest) -> DrawSpec:
    """Return the spread of an input, hidden or output matrix (Yang & Hu 2021; Yang et al. 2022, table 3).

    ``std`` is the standard deviation at the base width, 1/sqrt(fan_in) unless given. That of an input does
    not change with the width; the variance of a hidden matrix scales as 1/fan_in, of an output as 1/fan_in^2.
    """
    part, base = request.option("part", str), request.option("base_width", int)
    std = request.init.get("std", float)
    fan, text = fan_of(request, "fan_in")
    if part == "input":
        spread = 1.0 / math.sqrt(fan) if std is None else std
        formula = f"1/sqrt({text})" if std is None else f"{std:g}"
    elif part == "hidden":
        spread = 1.0 / math.sqrt(fan) if std is None else std * math.sqrt(base / fan)
        formula = f"1/sqrt({text})" if std is None else f"{std:g}*sqrt({base}/{text})"
    else:
        spread = math.sqrt(base) / fan if std is None else std * base / fan
        formula = f"sqrt({base})/{text}" if std is None else f"{std:g}*{base}/{text}"
    return drawn("mup", f"{part}, std = {formula} = {spread:.4g}", spread)


MUP = Scheme(
    "mup",
    "std at the base width; hidden variance 1 / fan_in, output 1 / fan_in^2",
    "Yang & Hu 2021; Yang et al. 2022, table 3",
    mup,
    {
        "part": Choice("input", "hidden", "output").means("What the layer is in muP"),
        "base_width": COUNT.means("Width at which the hyperparameters were tuned"),
        "std": NOT_NEGATIVE.means("Standard deviation at the base width; if absent, 1 / sqrt(fan_in) there"),
    },
    needs=("part", "base_width"),
)
