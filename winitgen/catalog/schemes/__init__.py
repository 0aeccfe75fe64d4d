"""The schemes: how the spread of a parameter's initial values follows from its fans.

Each is a row in the module of its group, with the function that builds its distribution. Slides that
write Var(W) = sqrt(2 / fan_in) and the like give the *standard deviation*: the rows have the variances
of the papers. Every number that reaches a file is computed with ``math.sqrt`` and the four operations, at
50 digits, or recorded: the last bit of other functions differs between machines.
"""

from __future__ import annotations

from winitgen.catalog.schemes.options import DISTRIBUTION
from winitgen.catalog.schemes.scheme import Scheme
from winitgen.catalog.schemes.table import OF_TENSORS, row_of
from winitgen.on_demand import OnDemand

__all__ = ["ALIASES", "SCHEMES", "Scheme"]

SCHEMES: OnDemand[Scheme] = OnDemand(
    lambda: {
        **OF_TENSORS.homes,
        "blocks": f"{__name__}.blocks:BLOCKS",
        "file": f"{__name__}.from_file:FROM_FILE",
    },
    row_of,
)
"""Every scheme by its name, in the order in which they are listed."""

ALIASES = {
    other + ending: family + ending
    for other, family in (("glorot", "xavier"), ("kaiming", "he"))
    for ending in ("", *(f"_{distribution}" for distribution in DISTRIBUTION.choices))
}
"""Aliases, each with the name in the table."""
