"""LeCun, Xavier and He: one formula and three rows of data, each with every distribution; and ``auto``."""

from __future__ import annotations

import msgspec

from winitgen.catalog.schemes.fans import FAN_OPTIONS, GAIN_OPTIONS, by_fans
from winitgen.catalog.schemes.options import DISTRIBUTION, MODE, POSITIVE
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest
from winitgen.catalog.schemes.spread import CUT_OPTIONS


def auto(request: SchemeRequest) -> DrawSpec:
    """Return the family that suits the activation; He's with the gain of the activation."""
    family, activation = request.activation.row.scheme, request.activation
    gain = activation.gain if family == "he" else None
    return by_fans(request._replace(row=FAMILIES[family]), gain=gain)


def _rows(name: str, scale: float, mode: str, variance: str, paper: str) -> list[Scheme]:
    """Return a family's row without an ending, then one row for each distribution."""
    formula = f"variance {variance}"
    plain = Scheme(
        name, f"{formula}, the default distribution", paper, by_fans, FAN_OPTIONS, scale=scale, mode=mode
    )
    return [
        plain,
        *(
            msgspec.structs.replace(
                plain,
                name=f"{name}_{ending}",
                formula=f"{formula}, {ending.replace('_', ' ')}",
                options={
                    **GAIN_OPTIONS,
                    "mode": MODE,
                    **(CUT_OPTIONS if ending == "truncated_normal" else {}),
                },
                distribution=ending,
            )
            for ending in DISTRIBUTION.choices
        ),
    ]


FAMILIES = {
    row.name: row
    for row in (
        *_rows("lecun", 1.0, "fan_in", "1 / fan_in", "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp"),
        *_rows("xavier", 1.0, "fan_avg", "2 / (fan_in + fan_out)", "Glorot & Bengio 2010, eqs. 12 and 16"),
        *_rows("he", 2.0, "fan_in", "2 / fan_in", "He, Zhang, Ren & Sun 2015, eq. 10"),
    )
}
"""LeCun, Xavier and He, with each distribution as an ending, and without an ending."""

BY_FANS = (
    Scheme("auto", "by the activation: xavier, he or lecun", "", auto, FAN_OPTIONS),
    *FAMILIES.values(),
    Scheme(
        "variance_scaling",
        "variance scale / fan",
        "He et al. 2015, generalised",
        by_fans,
        {"scale": POSITIVE.means("Numerator of the variance, scale / fan"), **FAN_OPTIONS},
        scale=1.0,
        mode="fan_in",
    ),
)
