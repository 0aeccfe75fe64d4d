"""Schemes that draw nothing: one number everywhere, or one for each gate."""

from __future__ import annotations

import math

from winitgen.drawing.distributions import Constant, ConstantMaps
from winitgen.planning.choice import DrawSpec, SchemeRequest, Unfit


def fixed(request: SchemeRequest) -> DrawSpec:
    """Return the number that is the scheme's own: ``zeros``, ``ones``."""
    value = float(request.word("value"))
    return DrawSpec(request.init.scheme, "", Constant(value), value, 0.0)


def constant(request: SchemeRequest) -> DrawSpec:
    """Return the number that is given."""
    value = float(request.word("value"))
    return DrawSpec(request.init.scheme, f"{value:g}", Constant(value), value, 0.0)


def prior_bias(request: SchemeRequest) -> DrawSpec:
    """Return -log((1 - p) / p): a sigmoid of it is p (Lin et al. 2017, section 4.1)."""
    import mpmath

    p = request.word("p")
    with mpmath.workdps(50):
        value = float(mpmath.log(p / (1 - mpmath.mpf(p))))
    return DrawSpec("prior_bias", f"-log((1-p)/p), p = {p:g}", Constant(value), value, 0.0)


def forget_bias(request: SchemeRequest) -> DrawSpec:
    """Return the value for the second of the four gates i, f, g, o, and 0 for the others."""
    check_lstm_bias(request)
    value = float(request.word("value"))
    values = ConstantMaps((0.0, value, 0.0, 0.0))
    return DrawSpec(
        "forget_bias", f"f {value:g}, i g o 0", values, value / 4, abs(value) * math.sqrt(3.0) / 4
    )


def check_lstm_bias(request: SchemeRequest) -> None:
    """Raise `Unfit` unless the weight is the bias of the four gates of an LSTM."""
    if request.weight.role != "bias" or request.weight.maps != 4:
        raise Unfit(f"the scheme {request.init.scheme} is for the bias of an lstm; give it zeros")
