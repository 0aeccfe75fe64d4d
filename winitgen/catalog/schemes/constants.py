"""Schemes that draw nothing: the same number for every element."""

from __future__ import annotations

from winitgen.catalog.schemes.options import REAL
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest


def fixed(request: SchemeRequest) -> DrawSpec:
    """Return the scheme's own number: ``zeros``, ``ones``."""
    return number(request.row.name, "", request.option("value", float))


def constant(request: SchemeRequest) -> DrawSpec:
    """Return the number in ``value``."""
    value = request.option("value", float)
    return number(request.row.name, f"{value:g}", value)


def number(scheme: str, formula: str, value: float) -> DrawSpec:
    """Return the same number for every element."""
    from winitgen.drawing.distributions.constant import Constant

    return DrawSpec(scheme, formula, Constant(value), value, 0.0)


CONSTANTS = (
    Scheme("zeros", "0", "", fixed, defaults={"value": 0.0}, whole=True),
    Scheme("ones", "1", "", fixed, defaults={"value": 1.0}, whole=True),
    Scheme(
        "constant",
        "value",
        "",
        constant,
        {"value": REAL.means("Value of every element")},
        needs=("value",),
        whole=True,
    ),
)

BRANCHES = (
    *(
        Scheme(name, "0", paper, fixed, defaults={"value": 0.0})
        for name, paper in (
            ("rezero", "Bachlechner et al. 2020: the factor of a residual branch"),
            ("skip_init", "De & Smith 2020: the factor of a residual branch"),
            ("zero_gamma", "Goyal et al. 2017: the last norm's gamma of a residual branch"),
            ("fixup_zero", "Zhang, Dauphin & Ma 2019: a branch's last layer, the classifier"),
        )
    ),
    Scheme(
        "layer_scale",
        "value, for each channel of a residual branch",
        "Touvron et al. 2021 (CaiT)",
        constant,
        {"value": REAL.means("Value of every channel")},
        defaults={"value": 1e-5},
    ),
)
"""Initial values of residual branches, with which a deep network starts as a shallow one."""
