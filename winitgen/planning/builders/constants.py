"""Schemes that draw nothing: one number everywhere, or one for each gate."""

from __future__ import annotations

import math

from winitgen.distributions import Constant, ConstantMaps
from winitgen.planning.choice import Choice, Request, Unfit


def fixed(request: Request) -> Choice:
    """Return the number that is the scheme's own: ``zeros``, ``ones``."""
    value = float(request.word("value"))
    return Choice(request.init.scheme, "", Constant(value), value, 0.0)


def constant(request: Request) -> Choice:
    """Return the number that is given."""
    value = float(request.word("value"))
    return Choice(request.init.scheme, f"{value:g}", Constant(value), value, 0.0)


def forget_bias(request: Request) -> Choice:
    """Return 1 for the second of the four gates i, f, g, o, and 0 for the others."""
    if request.weight.role != "bias" or request.weight.maps != 4:
        raise Unfit("the scheme forget_bias is for the bias of an lstm; give it zeros")
    return Choice("forget_bias", "f 1, i g o 0", ConstantMaps((0.0, 1.0, 0.0, 0.0)), 0.25, math.sqrt(3.0) / 4)
