"""The schemes: how the spread of a parameter's first values follows from its fans.

Most are one formula, variance = scale / fan, with rows of data::

    std   = sqrt(scale / fan)           of a normal or truncated normal
    limit = sqrt(3 * scale / fan)       half the width of a uniform

where fan is ``fan_in``, ``fan_out`` or their mean ``fan_avg``, and scale is the square of the gain.
Slides that write Var(W) = sqrt(2 / fan_in) and the like give the *standard deviation*: the papers'
variances are the ones in this table.
"""

from __future__ import annotations

from winitgen.catalog.schemes.depth import DEPTH
from winitgen.catalog.schemes.families import FAMILY_NAMES, family_rows
from winitgen.catalog.schemes.scheme import AUTO, DISTRIBUTIONS, FAN_WORDS, MODES, ONES, ZEROS, Init, Scheme
from winitgen.catalog.schemes.special import SPECIAL
from winitgen.catalog.schemes.structured import STRUCTURED

__all__ = [
    "ALIASES",
    "AUTO",
    "DISTRIBUTIONS",
    "FAMILY_NAMES",
    "FAN_WORDS",
    "MODES",
    "ONES",
    "SCHEMES",
    "ZEROS",
    "Init",
    "Scheme",
]

SCHEMES = {
    row.name: row
    for row in (
        Scheme(
            "auto",
            "by the activation: xavier, he or lecun",
            "",
            words=FAN_WORDS,
        ),
        *family_rows(),
        Scheme(
            "variance_scaling",
            "variance scale / fan",
            "He et al. 2015, generalised",
            1.0,
            "fan_in",
            words=("scale", *FAN_WORDS),
        ),
        Scheme(
            "normal",
            "N(mean, std^2)",
            "",
            distribution="normal",
            words=("mean", "std"),
            defaults={"mean": 0.0, "std": 1.0},
            builder="spread.normal",
        ),
        Scheme(
            "uniform",
            "U(low, high)",
            "",
            distribution="uniform",
            words=("low", "high"),
            needs=("low", "high"),
            builder="spread.uniform",
        ),
        Scheme(
            "truncated_normal",
            "N(mean, .) cut at bounds (in sigma), std after the cut",
            "",
            distribution="truncated_normal",
            words=("mean", "std", "bounds", "correct"),
            defaults={"mean": 0.0, "std": 1.0, "bounds": 2.0, "correct": True},
            builder="spread.normal",
        ),
        Scheme(
            "trunc_normal",
            "N(mean, std^2) cut at low and high, std before the cut",
            "torch.nn.init.trunc_normal_, timm",
            words=("mean", "std", "low", "high", "correct"),
            defaults={"mean": 0.0, "std": 1.0, "low": -2.0, "high": 2.0, "correct": False},
            builder="spread.trunc_normal",
        ),
        Scheme("zeros", "0", "", defaults={"value": 0.0}, builder="constants.fixed"),
        Scheme("ones", "1", "", defaults={"value": 1.0}, builder="constants.fixed"),
        Scheme("constant", "value", "", words=("value",), needs=("value",), builder="constants.constant"),
        *STRUCTURED,
        *DEPTH,
        *SPECIAL,
    )
}
"""Every scheme by its name, in the order in which they are listed."""

ALIASES = {
    other + ending: family + ending
    for other, family in (("glorot", "xavier"), ("kaiming", "he"))
    for ending in ("", *(f"_{distribution}" for distribution in DISTRIBUTIONS))
}
"""Other names in use, each with the name in the table."""
