"""Biases with a meaning: the prior of a classifier, and the memory of an LSTM."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.constants import number
from winitgen.catalog.schemes.options import POSITIVE, PROBABILITY, REAL
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.numeric.digits import digits


def prior_bias(request: SchemeRequest) -> DrawSpec:
    """Return -log((1 - p) / p), whose sigmoid is p (Lin et al. 2017, section 4.1)."""
    p = request.option("p", float)
    with digits(50) as mp:
        value = float(mp.log(p / (1 - mp.mpf(p))))
    return number("prior_bias", f"-log((1-p)/p), p = {p:g}", value)


def forget_bias(request: SchemeRequest) -> DrawSpec:
    """Return the value for the second of the four gates i, f, g, o, and 0 for the others."""
    from winitgen.drawing.distributions.constant_gates import ConstantGates

    _check_lstm_bias(request)
    value = request.option("value", float)
    values = ConstantGates((0.0, value, 0.0, 0.0))
    return DrawSpec(
        "forget_bias", f"f {value:g}, i g o 0", values, value / 4, abs(value) * math.sqrt(3.0) / 4
    )


def chrono(request: SchemeRequest) -> DrawSpec:
    """Return log U(1, t_max - 1) for the forget gate and its negative for the input gate.

    With M = t_max - 1 and x the logarithm, E x^2 = (M (log^2 M - 2 log M + 2) - 2) / (M - 1).
    """
    from winitgen.drawing.whole.chrono import Chrono

    _check_lstm_bias(request)
    t_max = request.option("t_max", float)
    if not t_max > 2.0:
        raise Unfit(f"t_max, the longest time to remember, must be above 2 steps; got {t_max:g}")
    with digits(50) as mp:
        longest = mp.mpf(t_max) - 1
        reach = mp.log(longest)
        square = (longest * (reach**2 - 2 * reach + 2) - 2) / (longest - 1)
        std = float(mp.sqrt(square / 2))
    distribution = Chrono(request.weight.shape[-1], t_max, float(reach))
    return DrawSpec("chrono", f"f log U(1, {t_max - 1:g}), i -f", distribution, 0.0, std)


def _check_lstm_bias(request: SchemeRequest) -> None:
    """Raise `Unfit` unless the weight is the bias of the four gates of an LSTM."""
    if request.weight.role != "bias" or request.weight.gates != 4:
        raise Unfit(f"the scheme {request.row.name} needs the bias of an lstm; use zeros")


BIASES = (
    Scheme(
        "prior_bias",
        "-log((1 - p) / p)",
        "Lin et al. 2017 (RetinaNet)",
        prior_bias,
        {"p": PROBABILITY.means("Probability that the sigmoid starts at")},
        defaults={"p": 0.01},
    ),
    Scheme(
        "forget_bias",
        "value for the forget gate of an LSTM, 0 for the others",
        "Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015",
        forget_bias,
        {"value": REAL.means("Bias of the forget gate")},
        defaults={"value": 1.0},
    ),
    Scheme(
        "chrono",
        "log U(1, t_max - 1) for the forget gate of an LSTM, its negative for the input gate",
        "Tallec & Ollivier 2018",
        chrono,
        {"t_max": POSITIVE.means("Longest time to remember, in steps, above 2")},
        needs=("t_max",),
    ),
)
