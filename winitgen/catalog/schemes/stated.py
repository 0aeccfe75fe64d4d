"""Schemes whose numbers the spec states: a normal, a uniform, and a truncated normal."""

from __future__ import annotations

from winitgen.catalog.schemes.options import CORRECT, MEAN, REAL, STD
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit
from winitgen.catalog.schemes.spread import (
    CUT_OPTIONS,
    LEAST_BOUND,
    WIDEST_BOUND,
    Cut,
    between,
    cut_of,
    drawn,
)


def uniform(request: SchemeRequest) -> DrawSpec:
    """Return the uniform distribution between two limits."""
    return between("uniform", request.option("low", float), request.option("high", float))


def normal(request: SchemeRequest) -> DrawSpec:
    """Return a normal distribution with the given mean and standard deviation, cut or not."""
    std, mean = request.option("std", float), request.option("mean", float)
    cut = cut_of(request.init, request.row.distribution)
    return drawn(request.row.name, f"std = {std:g}", std, mean, cut)


def trunc_normal(request: SchemeRequest) -> DrawSpec:
    """Return a normal cut at two values, not at multiples of the standard deviation (PyTorch, timm).

    ``std`` is the one before the cut, as in PyTorch. A normal that is scaled until its std after the cut is right
    would leave the cut where nobody asked for it, so ``correct`` is refused.
    """
    if request.option("correct", bool):
        raise Unfit(
            "correct: true would move the cut away from low and high; write truncated_normal, whose bounds are in "
            "standard deviations, or leave out correct"
        )
    low, high, mean, std = (request.option(name, float) for name in ("low", "high", "mean", "std"))
    if not low < high:
        raise Unfit(f"low must be below high; got {low:g} and {high:g}")
    if std == 0.0:
        return drawn("trunc_normal", "std = 0", std, mean)
    below, above = (low - mean) / std, (high - mean) / std
    if -below == above < LEAST_BOUND:
        raise Unfit(
            f"a cut at {above:.4g} standard deviations is narrower than {LEAST_BOUND:g}; use the scheme uniform"
        )
    formula = f"std = {std:g}, cut at {low:g} and {high:g}"
    if min(-below, above) >= WIDEST_BOUND:
        return drawn("trunc_normal", formula, std, mean)
    bounds = above if -below == above else (below, above)
    return drawn("trunc_normal", formula, std, mean, Cut(bounds, correct=False))


_NORMAL = {"mean": MEAN, "std": STD}

STATED = (
    Scheme(
        "normal",
        "N(mean, std^2)",
        "",
        normal,
        _NORMAL,
        defaults={"mean": 0.0, "std": 1.0},
        distribution="normal",
    ),
    Scheme(
        "uniform",
        "U(low, high)",
        "",
        uniform,
        {"low": REAL.means("Lower end"), "high": REAL.means("Upper end")},
        needs=("low", "high"),
        distribution="uniform",
    ),
    Scheme(
        "truncated_normal",
        "N(mean, .) cut at bounds (in sigma), std after the cut",
        "",
        normal,
        {**_NORMAL, **CUT_OPTIONS},
        defaults={"mean": 0.0, "std": 1.0, "bounds": 2.0, "correct": True},
        distribution="truncated_normal",
    ),
    Scheme(
        "trunc_normal",
        "N(mean, std^2) cut at low and high, std before the cut",
        "torch.nn.init.trunc_normal_, timm",
        trunc_normal,
        {
            **_NORMAL,
            "low": REAL.means("Lower cut, a value"),
            "high": REAL.means("Upper cut, a value"),
            "correct": CORRECT.means("Only false: with true, low and high would not be the ends"),
        },
        defaults={"mean": 0.0, "std": 1.0, "low": -2.0, "high": 2.0, "correct": False},
    ),
)
