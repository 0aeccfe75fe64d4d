"""Messages about what is wrong with a sample."""

from __future__ import annotations

import math

from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import Test

_NOTHING = 1e-12
"""The mean of a law around 0, in standard deviations, as far as it is computed."""


def not_finite(nans: int, infinite: int, count: int) -> list[str]:
    """Return a line about NaN and infinite values, if there are any."""
    kinds = [f"{number:,} NaN" for number in (nans,) if number] + [
        f"{number:,} infinite" for number in (infinite,) if number
    ]
    return [f"{' and '.join(kinds)} among {count:,} values"] if kinds else []


def impossible(sample: Sample) -> list[str]:
    """Return what the law rules out: all values equal, or values outside its bounds."""
    low, high = sample.law.bounds
    if sample.count > 1 and sample.low == sample.high and sample.count >= 8 and sample.lattice is None:
        return [f"all {sample.count:,} values are {sample.low + 0.0:.4g}, planned {described(sample)}"]
    if sample.remainders is not None and sample.remainders.fractions:
        return [f"{sample.remainders.fractions:,} of {sample.count:,} values are not whole numbers"]
    if sample.outside:
        ends = f"-{high:.4g} to {high:.4g}" if math.isclose(low, -high) else f"{low:.4g} to {high:.4g}"
        far = sample.low if low - sample.low > sample.high - high else sample.high
        return [f"{sample.outside:,} of {sample.count:,} values lie outside {ends}, as far as {far:.4g}"]
    return []


def described(sample: Sample) -> str:
    """Return the law in words."""
    if sample.law.kind == "integers":
        return "whole numbers from {:.0f} to {:.0f}".format(*sample.law.bounds)
    kind = sample.law.kind.replace("_", " ")
    return f"a {kind} of std {sample.law.std:.4g}"


def rejected(sample: Sample, tests: list[Test]) -> list[str]:
    """Return a line for each test that rejects; tests of the shape only if mean, std and zeros do not reject."""
    lines = [line_of(test, sample) for test in tests if test.name in ("mean", "std", "zeros")]
    return lines or [line_of(test, sample) for test in tests][:2]


def line_of(test: Test, sample: Sample) -> str:
    """Return one test in words."""
    z = "" if test.z is None else f" (z = {test.z:.1f})"
    if test.name == "mean":
        planned = 0.0 if abs(test.planned) < _NOTHING * sample.law.std else test.planned
        return f"mean is {test.value:.3g}, planned {planned:.3g}{z}"
    if test.name == "std":
        off = abs(test.value / test.planned - 1.0) if test.planned else math.inf
        return f"std is {test.value:.4g}, planned {test.planned:.4g}: {off * 100:.2g} % off{z}"
    if test.name in ("skewness", "kurtosis"):
        return f"{test.name} is {test.value:.3g}, planned {test.planned:.3g}{z}"
    if test.name == "zeros":
        return f"{test.value:.0f} values are 0 but should not be"
    if test.name == "extremes":
        return f"a value lies {test.value:.1f} standard deviations from the mean, too far for a sample of {sample.count:,}"
    return _whole_line(test, sample, z)


def _whole_line(test: Test, sample: Sample, z: str) -> str:
    """Return a test of all values in words: of their order, or of their distribution function."""
    if test.name.startswith("correlation"):
        where = test.name.removeprefix("correlation ")
        return f"values correlate with the next ones {where}: r = {test.value:.3f}, planned {test.planned:.3g}{z}"
    chance = f"(p < {max(test.p, 1e-300):.0e})"
    if sample.remainders is not None and test.name == "frequencies":
        return f"{sample.remainders.line} {chance}"
    kind = "whole numbers" if sample.law.kind == "integers" else sample.law.kind.replace("_", " ")
    return f"values are not distributed as the planned {kind}: distance {test.value:.2g} {chance}"


def orthogonal_line(test: Test) -> str:
    """Return a test of an orthogonal matrix in words."""
    if test.name == "mean":
        return f"the sum of the values is too far from 0 for a random rotation: mean share {test.value:.3g}"
    return f"a value of {test.value:.3g} is too large for a random rotation"
