"""Schemes of layers with a memory: chrono biases of an LSTM, and what a Mamba block starts with."""

from __future__ import annotations

import math
from typing import Any

from winitgen.drawing.distributions import Constant
from winitgen.drawing.whole.timescales import Chrono, LogRange, TimeSteps
from winitgen.planning.builders.constants import check_lstm_bias
from winitgen.planning.choice import DrawSpec, SchemeRequest, Unfit

LONGEST_STEP = 1.0
"""The series behind the inverse of softplus is exact up to here; time steps are far shorter."""

MOST_STATES = 1 << 16


def chrono(request: SchemeRequest) -> DrawSpec:
    """Return log U(1, t_max - 1) for the forget gate and its opposite for the input gate.

    With M = t_max - 1 and x the logarithm, E x^2 = (M (log^2 M - 2 log M + 2) - 2) / (M - 1).
    """
    import mpmath

    check_lstm_bias(request)
    t_max = float(request.word("t_max"))
    if not t_max > 2.0:
        raise Unfit(f"t_max is the longest time to remember, above 2 steps, not {t_max:g}")
    with mpmath.workdps(50):
        longest = mpmath.mpf(t_max) - 1
        reach = mpmath.log(longest)
        square = (longest * (reach**2 - 2 * reach + 2) - 2) / (longest - 1)
        std = float(mpmath.sqrt(square / 2))
    distribution = Chrono(request.weight.shape[-1], t_max, float(reach))
    return DrawSpec("chrono", f"f log U(1, {t_max - 1:g}), i -f", distribution, 0.0, std)


def mamba_dt_bias(request: SchemeRequest) -> DrawSpec:
    """Return the inverse softplus of time steps whose logarithm is uniform between two ends."""
    import mpmath

    low, high = float(request.word("low")), float(request.word("high"))
    if not 0.0 < low < high <= LONGEST_STEP:
        raise Unfit(f"time steps go from low to high, above 0 and at most 1, not from {low:g} to {high:g}")
    with mpmath.workdps(50):
        ends = float(mpmath.log(low)), float(mpmath.log(high))
        reach = max(abs(float(mpmath.log(mpmath.expm1(end)))) for end in (low, high))
    mean, std = _moments(*ends)
    distribution = TimeSteps(math.prod(request.weight.shape), *ends, reach)
    return DrawSpec("mamba_dt_bias", f"softplus^-1 of dt, {low:g} to {high:g}", distribution, mean, std)


def _moments(low: float, high: float) -> tuple[float, float]:
    """Return mean and standard deviation of log(exp(e^y) - 1) for y uniform from ``low`` to ``high``."""
    import mpmath

    def mean_of(power: int) -> Any:
        return mpmath.quad(lambda y: mpmath.log(mpmath.expm1(mpmath.exp(y))) ** power, [low, high]) / (
            high - low
        )

    with mpmath.workdps(30):
        mean = mean_of(1)
        return float(mean), float(mpmath.sqrt(mean_of(2) - mean * mean))


def mamba_a_log(request: SchemeRequest) -> DrawSpec:
    """Return log 1 ... log N along the last axis: A = -exp of it is -1 ... -N (Gu et al. 2022, S4D-Real)."""
    import mpmath

    shape = request.weight.shape
    if len(shape) != 2 or shape[1] > MOST_STATES:
        text = "x".join(str(size) for size in shape) or "()"
        raise Unfit(
            f"the scheme mamba_a_log is for a param of shape (channels, states), and {request.what} has {text}"
        )
    states = shape[1]
    if states == 1:
        return DrawSpec("mamba_a_log", "log 1", Constant(0.0), 0.0, 0.0)
    with mpmath.workdps(30):
        logs = [mpmath.log(number) for number in range(1, states + 1)]
        mean = mpmath.fsum(logs) / states
        std = mpmath.sqrt(mpmath.fsum((value - mean) ** 2 for value in logs) / states)
        distribution = LogRange(shape[0], states, float(logs[-1]))
        return DrawSpec("mamba_a_log", f"log 1 to log {states}", distribution, float(mean), float(std))
