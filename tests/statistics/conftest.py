"""References for drawn kernels: numbers by hand and distributions by SciPy, nothing from winitgen.

Every seed is fixed, and is 0 because that was the first one tried. A failed check means a change, not bad
luck.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from scipy import special, stats

import winitgen

FAN_IN, FAN_OUT = 800, 1500
"""The fans of the layer that most checks draw: 1.2 million values, and fans that cannot be confused."""

SMALLEST_PVALUE = 1e-4
MOST_STANDARD_ERRORS = 4.0


@pytest.fixture(scope="session")
def kernel() -> Callable[..., np.ndarray]:
    """Return a function that draws the kernel of a dense layer through the public API."""

    def kernel(dtype: str = "float32", seed: int = 0, **options: Any) -> np.ndarray:
        layer = {"name": "fc", "type": "dense", "units": FAN_OUT, **options}
        return winitgen.generate({"input": FAN_IN, "layers": [layer]}, dtype=dtype, seed=seed)["fc.weight"]

    return kernel


def moments(values: np.ndarray, expected: Any) -> list[str]:
    """Return what is wrong with the mean and the standard deviation, in standard errors."""
    mean, variance, kurtosis = (float(number) for number in expected.stats("mvk"))
    std, count = variance**0.5, values.size
    errors = {
        "mean": (values.mean() - mean) / (std / count**0.5),
        "std": (values.std() - std) / (std * ((kurtosis + 2) / (4 * count)) ** 0.5),
    }
    return [f"{name} off by {z:.1f}" for name, z in errors.items() if not abs(z) < MOST_STANDARD_ERRORS]


def neighbours(values: np.ndarray) -> list[str]:
    """Return correlations of values with their neighbours and with the next row that are too large."""
    centred = (values - values.mean()) / values.std()
    correlations = {lag: np.dot(centred[:-lag], centred[lag:]) / centred.size**0.5 for lag in (1, 2, FAN_IN)}
    return [
        f"lag {lag} off by {z:.1f}" for lag, z in correlations.items() if not abs(z) < MOST_STANDARD_ERRORS
    ]


@pytest.fixture(scope="session")
def complaints() -> Callable[..., list[str]]:
    """Return a function that lists how values differ from independent draws of ``expected``."""

    def complaints(array: np.ndarray, expected: Any) -> list[str]:
        values = np.asarray(array, np.float64).ravel()
        assert values.size >= 1_000_000
        found = moments(values, expected) + neighbours(values)
        pvalue = stats.kstest(values, expected.cdf).pvalue
        return found if pvalue > SMALLEST_PVALUE else [*found, f"Kolmogorov-Smirnov p = {pvalue:.1g}"]

    return complaints


@pytest.fixture(scope="session")
def correlation() -> Callable[[np.ndarray, np.ndarray], float]:
    """Return a function that gives the correlation of two arrays in standard errors."""

    def correlation(first: np.ndarray, second: np.ndarray) -> float:
        one, other = (np.asarray(array, np.float64).ravel() for array in (first, second))
        return float(stats.pearsonr(one, other).statistic * one.size**0.5)

    return correlation


def rounded(expected: Any, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of a narrow format, and the probability that each is the nearest to a draw.

    A number is drawn if the value lies between the midpoints to its neighbours.
    """
    kind = np.dtype("float16") if dtype == "float16" else np.dtype(getattr(ml_dtypes, dtype))
    patterns = np.arange(2 ** (8 * kind.itemsize)).astype(f"u{kind.itemsize}").view(kind)
    with np.errstate(invalid="ignore"):  # some patterns are NaN
        numbers = np.unique(patterns.astype(np.float64))
    numbers = numbers[np.isfinite(numbers)]
    shares = np.diff(expected.cdf((numbers[1:] + numbers[:-1]) / 2), prepend=0.0, append=1.0)
    return numbers[shares > 0], shares[shares > 0]


@pytest.fixture(scope="session")
def narrow_complaints() -> Callable[..., list[str]]:
    """Return a function that compares values of a narrow format with the rounded distribution."""

    def narrow_complaints(array: np.ndarray, expected: Any, dtype: str) -> list[str]:
        values = np.asarray(array, np.float64).ravel()
        numbers, shares = rounded(expected, dtype)
        found = []
        for power in (1, 2, 4):
            moment, spread = (float(np.dot(numbers ** (power * k), shares)) for k in (1, 2))
            z = ((values**power).mean() - moment) / ((spread - moment**2) / values.size) ** 0.5
            found += [f"moment {power} off by {z:.1f}"] if not abs(z) < MOST_STANDARD_ERRORS else []
        hits = np.bincount(np.searchsorted(numbers, values), minlength=numbers.size)
        hoped = shares * values.size
        often = hoped >= 10
        hits, hoped = (np.append(count[often], count[~often].sum() + 1e-9) for count in (hits, hoped))
        pvalue = special.chdtrc(often.sum(), ((hits - hoped) ** 2 / hoped).sum())
        return found if pvalue > SMALLEST_PVALUE else [*found, f"chi-square p = {pvalue:.1g}"]

    return narrow_complaints
