"""Cuts of the normal far out and narrow: within the limits the values follow the law, beyond them they are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import winitgen

COUNT = 100_000


def spec(low: float, high: float) -> dict[str, Any]:
    """Return values of a standard normal that is cut."""
    init = {"scheme": "truncated_normal", "std": 1.0, "bounds": [low, high], "correct": False}
    return {
        "seed": 3,
        "dtype": "float64",
        "layers": [{"name": "w", "type": "param", "shape": [COUNT], "init": init}],
    }


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (4.0, 4.0001),
        (6.4, 6.4001),
        (-6.5001, -6.5),
        (6.51, 6.52),
        (7.24, 7.25),
        (7.25, 20.0),
        (-1e6, -7.2),
        (7.0, 7.3),
        (-0.0001, 0.0001),
    ],
)
def test_values_follow_the_law(low: float, high: float) -> None:
    """By the probabilities of the tail, which keep their digits: P(x < X | low < x < high) is uniform."""
    values = winitgen.generate(spec(low, high))["w"]
    if high <= 0:
        low, high, values = -high, -low, -values
    log = stats.norm.logsf
    share = np.expm1(log(values) - log(low)) / np.expm1(log(high) - log(low)) if low > 0 else None
    if share is None:
        share = stats.truncnorm(low, high).cdf(values)

    assert low <= values.min() <= values.max() <= high
    assert stats.kstest(share, "uniform").pvalue > 0.01


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (7.26, 9, "7.26 to 9 standard deviations is too far from the mean to draw; use the scheme uniform"),
        (-9, -7.3, "-9 to -7.3 standard deviations is too far from the mean to draw; use the scheme uniform"),
        (6.6, 6.605, "a cut at 6.6 and 6.605 standard deviations leaves less than 0.01 between; use the scheme uniform"),
        (1, 1.00005, "a cut at 1 and 1.00005 standard deviations leaves less than 0.0001 between; use the scheme uniform"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(low: float, high: float, words: str) -> None:
    """The mistake names the ends, and what to use instead."""
    with pytest.raises(winitgen.SpecError) as error:
        winitgen.plan(spec(low, high))

    assert str(error.value).endswith(f"layers[0].init: w: {words}")
