"""The schemes: how the spread of a parameter's initial values follows from its fans.

Each is a row in the module of its group, with the function that builds its distribution. Slides that
write Var(W) = sqrt(2 / fan_in) and the like give the *standard deviation*: the rows have the variances
of the papers. Every number that reaches a file is computed with ``math.sqrt`` and the four operations, at
50 digits, or recorded: the last bit of other functions differs between machines.
"""

from __future__ import annotations

from winitgen.catalog.schemes.biases import BIASES
from winitgen.catalog.schemes.blocks import blocks_of
from winitgen.catalog.schemes.constants import BRANCHES, CONSTANTS
from winitgen.catalog.schemes.counting import COUNTING
from winitgen.catalog.schemes.depth import DEPTH
from winitgen.catalog.schemes.families import BY_FANS
from winitgen.catalog.schemes.frequencies import FREQUENCIES
from winitgen.catalog.schemes.from_file import FROM_FILE
from winitgen.catalog.schemes.icnr import ICNR
from winitgen.catalog.schemes.mamba import MAMBA
from winitgen.catalog.schemes.mup import MUP
from winitgen.catalog.schemes.options import DISTRIBUTION
from winitgen.catalog.schemes.scheme import Scheme
from winitgen.catalog.schemes.sinusoidal import SINUSOIDAL
from winitgen.catalog.schemes.siren import SIREN
from winitgen.catalog.schemes.stated import STATED
from winitgen.catalog.schemes.structured import STRUCTURED
from winitgen.catalog.schemes.written_out import WRITTEN_OUT

__all__ = ["ALIASES", "SCHEMES", "Scheme"]

_OF_TENSORS = {
    row.name: row
    for row in (
        *BY_FANS,
        *STATED,
        *CONSTANTS,
        *COUNTING,
        *WRITTEN_OUT,
        FREQUENCIES,
        SINUSOIDAL,
        *STRUCTURED,
        ICNR,
        *DEPTH,
        MUP,
        *BRANCHES,
        SIREN,
        *BIASES,
        *MAMBA,
    )
}
SCHEMES = {**_OF_TENSORS, "blocks": blocks_of(_OF_TENSORS), "file": FROM_FILE}
"""Every scheme by its name, in the order in which they are listed."""

ALIASES = {
    other + ending: family + ending
    for other, family in (("glorot", "xavier"), ("kaiming", "he"))
    for ending in ("", *(f"_{distribution}" for distribution in DISTRIBUTION.choices))
}
"""Aliases, each with the name in the table."""
