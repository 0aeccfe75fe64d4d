"""The tests of the draws of a case, with one p-value each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import stats

from tests.certificate import pvalues
from tests.certificate.pvalues import Answer
from tests.certificate.tally import LAGS, SQUARE_LAGS, Tally

MOMENTS = range(1, 9)
IMPOSSIBLE = 1e-10
"""Expected hits of a cell below which a hit is one too many."""


class Test(NamedTuple):
    """One test and its result."""

    __test__ = False  # pytest would collect a class of this name

    case: str
    question: str
    statistic: float
    pvalue: float


def ask(case: str, tally: Tally) -> list[Test]:
    """Return the tests of one case."""
    return [Test(case, question, *answer) for question, answer in _answers(tally)]


def _answers(tally: Tally) -> Iterator[tuple[str, Answer]]:
    yield "impossible values", _impossible(tally)
    yield from _moments(tally)
    yield from _shape(tally)
    yield from _last_digits(tally)
    yield from _neighbours(tally)
    if tally.cells.parts > 1:
        yield "16 bytes twice", _repeated(tally)


def _impossible(tally: Tally) -> Answer:
    """Return how often practically impossible cells were hit (a Poisson number).

    They lie beyond the ends, or far out. A narrow format has many numbers next to 0 that as few draws should
    hit; but a float32 draw is 0 itself once in 2^25, for all that is nearer to 0 than its rank can tell.
    """
    cells = tally.cells
    out = np.minimum(cells.below + cells.shares, cells.above)  # the probability from the cell outward
    never = out * tally.number < IMPOSSIBLE
    hits = int(tally.counts[never].sum())
    return Answer(hits, float(stats.poisson.sf(hits - 1, cells.shares[never].sum() * tally.number)))


def _moments(tally: Tally) -> Iterator[tuple[str, Answer]]:
    """Test the powers of (x - mean) / std, with mean and std of the distribution."""
    cells = tally.cells
    mean = cells.shares @ cells.values
    scaled = (cells.values - mean) / math.sqrt(cells.shares @ (cells.values - mean) ** 2)
    for power in MOMENTS:
        yield f"moment {power}", pvalues.moment(scaled**power, cells.shares, tally.counts)


def _shape(tally: Tally) -> Iterator[tuple[str, Answer]]:
    """Test how often each cell was hit: in equal groups, in the tails, and cumulatively."""
    _values, shares, below, above, *_ = tally.cells
    counts = tally.counts
    for number in (pvalues.COARSE, pvalues.FINE):
        groups = pvalues.equal_groups(below, shares, number)
        yield f"chi-square of {number}", pvalues.chi_square(groups, shares, counts)
    groups = pvalues.tail_groups(below + shares / 2, above - shares / 2)
    yield "chi-square of the tails", pvalues.chi_square(groups, shares, counts)
    yield "Kolmogorov-Smirnov", pvalues.kolmogorov_smirnov(below, counts)
    yield "Anderson-Darling", pvalues.anderson_darling(below, above, counts)


def _last_digits(tally: Tally) -> Iterator[tuple[str, Answer]]:
    """Test the digits below a wide format's cells, or the last bit of a narrow format's numbers."""
    cells, number = tally.cells, tally.number
    if cells.parts > 1:
        hoped = np.full(cells.parts, number / cells.parts)
        yield f"chi-square of {cells.parts} digits", pvalues.chi_square_of(tally.digits, hoped)
    if cells.even is not None:
        yield "last bits", _last_bits(tally, cells.even)


def _last_bits(tally: Tally, even: np.ndarray) -> Answer:
    """Test how many numbers have the last bit 0: their share, plus at most all ties.

    A draw is a float32 before it is a narrow number, and ties are rounded to even.
    float32 draws are sums of numbers of about twice the standard deviation, whose spacing h is their grid;
    so of the draws between two numbers that are s apart, at most h / s are ties, half of which count.
    """
    values, shares, number = tally.cells.values, tally.cells.shares, tally.number
    mean = shares @ values
    std = math.sqrt(shares @ (values - mean) ** 2)
    grid = float(np.spacing(np.float32(abs(mean) + 2 * std)))
    gaps = np.diff(values, append=np.inf)
    ties = float((shares[gaps > 0] * np.minimum(1, grid / gaps[gaps > 0])).sum())
    share = float(shares @ even)
    away = float(tally.counts @ even) - number * share
    beyond = away - min(max(away, 0.0), number * ties / 2)
    return pvalues.score(beyond / math.sqrt(number * share * (1 - share)))


def _neighbours(tally: Tally) -> Iterator[tuple[str, Answer]]:
    """Test the products of values, and of squares, at fixed lags: each a sum of variance 1."""
    for what, lags, sums in (
        ("values", LAGS, tally.products),
        ("squares", SQUARE_LAGS, tally.square_products),
    ):
        for lag, total in zip(lags, sums, strict=True):
            yield f"{what} {lag} apart", pvalues.score(float(total) / math.sqrt(tally.number - lag))


def _repeated(tally: Tally) -> Answer:
    """Return how many runs of sixteen bytes are repeated (a Poisson number, from 64-bit hashes)."""
    runs = np.sort(np.concatenate(tally.runs))
    hits = int((runs[1:] == runs[:-1]).sum())
    return Answer(hits, float(stats.poisson.sf(hits - 1, runs.size**2 / 2.0**65)))
