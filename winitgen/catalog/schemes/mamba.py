"""Initial values of a Mamba block: the decay of its states, its skip, and its time steps."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from winitgen.catalog.schemes.constants import fixed, number
from winitgen.catalog.schemes.options import REAL
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.numeric.digits import digits

LONGEST_STEP = 1.0
"""The series for the inverse of softplus is exact up to here; real time steps are far shorter."""

MOST_STATES = 1 << 16


def mamba_dt_bias(request: SchemeRequest) -> DrawSpec:
    """Return the inverse softplus of time steps whose logarithm is uniform between two limits."""
    from winitgen.drawing.whole.time_steps import TimeSteps

    low, high = request.option("low", float), request.option("high", float)
    if not 0.0 < low < high <= LONGEST_STEP:
        raise Unfit(f"time steps need 0 < low < high <= 1; got low {low:g} and high {high:g}")
    with digits(50) as mp:
        ends = float(mp.log(low)), float(mp.log(high))
        reach = max(abs(float(mp.log(mp.expm1(end)))) for end in (low, high))
    mean, std = _moments(*ends)
    distribution = TimeSteps(math.prod(request.weight.shape), *ends, reach)
    return DrawSpec("mamba_dt_bias", f"softplus^-1 of dt, {low:g} to {high:g}", distribution, mean, std)


@lru_cache(maxsize=64)
def _moments(low: float, high: float) -> tuple[float, float]:
    """Return mean and standard deviation of log(exp(e^y) - 1) for y uniform from ``low`` to ``high``."""
    with digits(30) as mp:

        def mean_of(power: int) -> Any:
            return mp.quad(lambda y: mp.log(mp.expm1(mp.exp(y))) ** power, [low, high]) / (high - low)

        mean = mean_of(1)
        return float(mean), float(mp.sqrt(mean_of(2) - mean * mean))


def mamba_a_log(request: SchemeRequest) -> DrawSpec:
    """Return log 1 ... log N along the last axis: A = -exp of it is -1 ... -N (Gu et al. 2022, S4D-Real)."""
    from winitgen.drawing.whole.log_range import LogRange

    shape = request.weight.shape
    of_heads = len(shape) == 1 and not request.weight.role
    if not (of_heads or len(shape) == 2) or shape[-1] > MOST_STATES:
        text = "x".join(str(size) for size in shape) or "()"
        raise Unfit(
            "the scheme mamba_a_log needs a param of shape (channels, states) or (heads), "
            f"but {request.what} has the shape {text}"
        )
    states = shape[-1]
    if states == 1:
        return number("mamba_a_log", "log 1", 0.0)
    with digits(30) as mp:
        logs = [mp.log(state) for state in range(1, states + 1)]
        mean = mp.fsum(logs) / states
        std = mp.sqrt(mp.fsum((value - mean) ** 2 for value in logs) / states)
        distribution = LogRange(math.prod(shape[:-1]), states, float(logs[-1]))
        return DrawSpec("mamba_a_log", f"log 1 to log {states}", distribution, float(mean), float(std))


def mamba2_a_log(request: SchemeRequest) -> DrawSpec:
    """Return log U(low, high): A = -exp of it is even from -high to -low (Dao & Gu 2024, the authors' code).

    With x the logarithm and F(u) = u log u - u, E x = (F(high) - F(low)) / (high - low), and likewise E x^2 with
    G(u) = u (log^2 u - 2 log u + 2); both are 0 at 0.
    """
    from winitgen.drawing.whole.log_uniform import LEAST, LogOfUniform

    low, high = request.option("low", float), request.option("high", float)
    if not 0.0 <= low < high:
        raise Unfit(f"the scheme mamba2_a_log needs 0 <= low < high; got low {low:g} and high {high:g}")
    with digits(50) as mp:
        logs = [(end, mp.log(end)) if end else (0.0, mp.mpf(0)) for end in (low, high)]
        width = mp.mpf(high) - low
        firsts = [end * (log - 1) for end, log in logs]
        seconds = [end * (log**2 - 2 * log + 2) for end, log in logs]
        mean = (firsts[1] - firsts[0]) / width
        std = mp.sqrt((seconds[1] - seconds[0]) / width - mean**2)
        first, last = float(mp.log(max(low, high * LEAST))), float(logs[1][1])
    distribution = LogOfUniform(math.prod(request.weight.shape), low, high, first, last)
    return DrawSpec("mamba2_a_log", f"log U({low:g}, {high:g})", distribution, float(mean), float(std))


MAMBA = (
    Scheme(
        "mamba_a_log",
        "log 1 ... log N along the last axis",
        "Gu & Dao 2023; Gu et al. 2022 (S4D-Real)",
        mamba_a_log,
        computed=lambda weight: 4 * weight.shape[-1] if weight.shape else 0,  # logarithms
    ),
    Scheme(
        "mamba2_a_log",
        "log U(low, high)",
        "Dao & Gu 2024 (Mamba-2), its code",
        mamba2_a_log,
        {
            "low": REAL.means("Smallest magnitude of A, at least 0"),
            "high": REAL.means("Largest magnitude of A"),
        },
        defaults={"low": 1.0, "high": 16.0},
    ),
    Scheme("mamba_d", "1", "Gu & Dao 2023", fixed, defaults={"value": 1.0}),
    Scheme(
        "mamba_dt_bias",
        "the inverse softplus of exp U(log low, log high)",
        "Gu & Dao 2023, 3.6",
        mamba_dt_bias,
        {
            "low": REAL.means("Shortest time step, above 0"),
            "high": REAL.means("Longest time step, at most 1"),
        },
        defaults={"low": 0.001, "high": 0.1},
        computed=lambda weight: 5000,  # two integrals
    ),
)
