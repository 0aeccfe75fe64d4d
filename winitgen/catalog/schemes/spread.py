"""From known numbers to a uniform, or to a normal, truncated (*cut*) or not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from winitgen.catalog.schemes.options import BOUNDS, CORRECT
from winitgen.catalog.schemes.scheme import DrawSpec, Unfit

if TYPE_CHECKING:
    from winitgen.catalog.init import Init

CUT_OPTIONS = {"bounds": BOUNDS, "correct": CORRECT}

WIDEST_BOUND = 6.4
"""A cut beyond this many standard deviations has no effect: no drawn value lies there."""

LEAST_BOUND = 0.1
"""For a narrower cut, the piecewise linear quantile is too coarse."""

FARTHEST_BOUND = 7.25
"""An interval wholly beyond this many, in standard deviations, lies where the piecewise linear quantile follows another law."""

LEAST_WIDTHS = ((6.5, 1e-4), (FARTHEST_BOUND, 1e-2))
"""How narrow an interval may be, in standard deviations, whose nearer end is at most so far out. The error of that quantile, about
3e-8, and beyond 6.5 up to 1e-5, is then at most a thousandth of the interval."""

LARGEST_BOUND = 1e6
"""Up to here, 50 digits suffice for the constants of a cut normal."""


class Cut(msgspec.Struct, frozen=True):
    """Where a normal distribution is cut, in standard deviations before the cut.

    ``correct`` says that the requested standard deviation is the one after the cut.
    """

    bounds: float | tuple[float, float]
    correct: bool


def between(scheme: str, low: float, high: float) -> DrawSpec:
    """Return the uniform distribution from ``low`` to ``high``."""
    from winitgen.drawing.distributions.uniform import Uniform

    std = (high - low) / math.sqrt(12.0)
    return DrawSpec(scheme, f"U({low:g}, {high:g})", Uniform(low, high), (low + high) / 2, std)


def cut_of(init: Init, distribution: str) -> Cut | None:
    """Return the cut that the options request; raise `Unfit` for bounds without a truncated distribution."""
    if distribution == "truncated_normal":
        bounds: Any = init.options.get("bounds", 2.0)
        return Cut(bounds, init.options.get("correct", True) is not False)
    if "bounds" in init.options or "correct" in init.options:
        subject = "bounds need" if "bounds" in init.options else "correct needs"
        raise Unfit(f"{subject} the distribution truncated_normal, not {distribution}")
    return None


def drawn(label: str, formula: str, std: float, mean: float = 0.0, cut: Cut | None = None) -> DrawSpec:
    """Return a normal, cut if ``cut`` is given: ``std`` is the one after the cut, or before if not ``correct``."""
    from winitgen.drawing.distributions.constant import Constant
    from winitgen.drawing.distributions.normal import Normal

    if mean:
        formula = f"mean = {mean:g}, {formula}"
    if std == 0.0:
        return DrawSpec(label, formula, Constant(mean), mean, 0.0)
    if cut is None:
        return DrawSpec(label, formula, Normal(std, mean), mean, std)
    if isinstance(cut.bounds, tuple):
        return _interval(label, formula, std, mean, cut.bounds, cut.correct)
    bound = cut.bounds
    formula += f", cut at {bound:g} sigma" + ("" if cut.correct else ", before the cut")
    if bound >= WIDEST_BOUND:
        return DrawSpec(label, formula, Normal(std, mean), mean, std)
    from winitgen.drawing import truncation
    from winitgen.drawing.distributions.truncated_normal import TruncatedNormal

    tau = truncation.tau(bound)
    parent = std / tau if cut.correct else std
    return DrawSpec(
        label, formula, TruncatedNormal(parent, bound, *truncation.tails(bound), mean), mean, parent * tau
    )


def _interval(
    label: str, formula: str, std: float, mean: float, bounds: tuple[float, float], correct: bool
) -> DrawSpec:
    """Return a normal with different bounds below and above; ``mean`` is the one before the cut."""
    from winitgen.drawing import truncation
    from winitgen.drawing.distributions.interval_normal import IntervalNormal

    low, high = bounds
    if low > FARTHEST_BOUND or high < -FARTHEST_BOUND:
        raise Unfit(
            f"{low:.4g} to {high:.4g} standard deviations is too far from the mean to draw; use the scheme uniform"
        )
    if max(-low, high) > LARGEST_BOUND:
        raise Unfit(
            f"a cut at {low:.4g} and {high:.4g} standard deviations is beyond {LARGEST_BOUND:g}; "
            f"write bounds from -{LARGEST_BOUND:g} to {LARGEST_BOUND:g}"
        )
    nearer = max(low, -high, 0.0)
    least = next(width for end, width in LEAST_WIDTHS if nearer <= end)
    if high - low < least * (1 - 1e-9):  # ends that are written in decimals are a rounding closer
        raise Unfit(
            f"a cut at {low:.7g} and {high:.7g} standard deviations leaves less than {least:g} between; "
            "use the scheme uniform"
        )
    cut = truncation.interval(low, high)
    parent = std / cut.std if correct else std
    formula += f", cut at {low:g} and {high:g} sigma" + ("" if correct else ", before the cut")
    distribution = IntervalNormal(parent, low, high, cut.lower, cut.upper, mean)
    return DrawSpec(label, formula, distribution, mean + parent * cut.mean, parent * cut.std)
