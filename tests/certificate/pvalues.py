"""The p-value of each kind of test.

Every question of a case is asked of the counts in its cells, of which the expected shares are known
exactly; so a format of 200 numbers is judged by the same rules as one of four billion.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import optimize, special, stats

LEAST_EXPECTED = 10.0
COARSE, FINE = 64, 4096
TAIL = 1 / 256
"""The share of either side that the chi-square of the tails covers."""

CORRECTED = 8.0
"""Standard errors beyond which a p-value is below 1e-14 with any correction."""


class Answer(NamedTuple):
    """A statistic, and the probability of one at least as far off."""

    statistic: float
    pvalue: float


def score(z: float) -> Answer:
    """Return the two-sided p-value of a number that should be standard normal."""
    return Answer(z, float(2 * special.ndtr(-abs(z))))


def moment(values: np.ndarray, shares: np.ndarray, counts: np.ndarray) -> Answer:
    """Test the mean of ``values`` (one per cell) by its standard error, skewness and kurtosis.

    A high moment of two million draws is not yet normal: the mean of z^8 has the skewness 0.08. Cornish and
    Fisher's expansion (1938) to the third order turns it into a standard normal.
    """
    number = counts.sum()
    mean = shares @ values
    away = values - mean
    second, third, fourth = (shares @ away**power for power in (2, 3, 4))
    z = float((counts @ away) / math.sqrt(number * second))
    if abs(z) > CORRECTED:
        return score(z)
    skew = third / second**1.5 / math.sqrt(number)
    excess = (fourth / second**2 - 3) / number
    normal = z - skew * (z * z - 1) / 6 - excess * (z**3 - 3 * z) / 24 + skew**2 * (4 * z**3 - 7 * z) / 36
    return Answer(z, score(normal).pvalue)


def chi_square(groups: np.ndarray, shares: np.ndarray, counts: np.ndarray) -> Answer:
    """Compare counts in groups of cells (a group per cell) with expectations; too close a fit is rejected too.

    Groups with an expectation below ten are merged.
    """
    _, indices = np.unique(groups, return_inverse=True)
    hoped = counts.sum() * np.bincount(indices, shares)
    found = np.bincount(indices, counts)
    few = hoped < LEAST_EXPECTED
    if few.any() and not few.all():
        spare = hoped[few].sum(), found[few].sum()
        hoped, found = hoped[~few], found[~few]
        if spare[0] >= LEAST_EXPECTED:
            hoped, found = np.append(hoped, spare[0]), np.append(found, spare[1])
        else:
            least = hoped.argmin()
            hoped[least] += spare[0]
            found[least] += spare[1]
    return chi_square_of(found, hoped)


def chi_square_of(found: np.ndarray, hoped: np.ndarray) -> Answer:
    """Return the two-sided p-value of counts against expectations with the same sum."""
    freedom = hoped.size - 1
    statistic = float(((found - hoped) ** 2 / hoped).sum())
    if not freedom:
        return Answer(statistic, 1.0)
    tails = stats.chi2.sf(statistic, freedom), stats.chi2.cdf(statistic, freedom)
    return Answer(statistic, min(1.0, 2 * float(min(tails))))


def equal_groups(below: np.ndarray, shares: np.ndarray, number: int) -> np.ndarray:
    """Return, for each cell, which of ``number`` groups of equal probability contains its middle."""
    return np.floor((below + shares / 2) * number).astype(int)


def tail_groups(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Return groups of the tails, eight for each halving of the tail's probability; the rest is one group."""
    groups = np.zeros(below.size, int)
    for sign, beyond in ((-1, below), (1, above)):
        far = beyond < TAIL
        groups[far] = sign * (1 + np.floor(-8 * np.log2(np.maximum(beyond[far], 2.0**-60))).astype(int))
    return groups


def kolmogorov_smirnov(below: np.ndarray, counts: np.ndarray) -> Answer:
    """Compare the distribution functions at every edge between cells.

    Values between edges are not compared: for cells of 1e-5 that changes little, and for the few of a narrow
    format the p-value is larger than it would have to be.
    """
    number = counts.sum()
    apart = np.abs(np.cumsum(counts)[:-1] / number - below[1:]).max() * math.sqrt(number)
    return Answer(float(apart), float(special.kolmogorov(apart)))


def anderson_darling(below: np.ndarray, above: np.ndarray, counts: np.ndarray) -> Answer:
    """Compare the distribution functions, weighted by the inverse variance, in groups of cells.

    Groups are an eighth of a doubling of the odds. The statistic of grouped values is a sum of squares of
    normals, whose weights are the eigenvalues of their covariance (Choulakian, Lockhart & Stephens 1994).
    ``below`` and ``above`` are the probabilities under and over the lower edge of each cell.
    """
    number = counts.sum()
    least = LEAST_EXPECTED / number
    odds = np.log2(np.clip(below, least, 1)) - np.log2(np.clip(above, least, 1))
    starts = np.flatnonzero(np.diff(np.floor(8 * odds), prepend=-np.inf))
    starts = starts[above[starts] > 0]
    inner = starts[1:]  # the lower edge of each group but the first
    shares = np.diff(below[starts], append=1.0)[:-1]
    off = np.cumsum(np.add.reduceat(counts, starts))[:-1] / number - below[inner]
    weights = shares / (below[inner] * above[inner])
    statistic = float(number * (off**2 @ weights))
    covariance = np.minimum.outer(below[inner], below[inner]) * np.minimum.outer(above[inner], above[inner])
    root = np.sqrt(weights)
    return Answer(statistic, sum_of_squares(statistic, np.linalg.eigvalsh(covariance * np.outer(root, root))))


def sum_of_squares(statistic: float, weights: np.ndarray) -> float:
    """Return the probability that a weighted sum of squares of standard normals is larger.

    By the saddlepoint of its cumulants (Lugannani & Rice 1980, as Kuonen 1999 has it), to some eight per cent.
    """
    weights = weights[weights > 1e-12 * weights.max()]
    if abs(statistic / weights.sum() - 1) < 1e-6:  # at the mean the formula is 0/0
        statistic *= 1 + 2e-6
    slope = lambda s: (weights / (1 - 2 * s * weights)).sum() - statistic  # noqa: E731
    end = 1 / (2 * weights.max())
    least = -(weights.size / 2) / max(statistic, 1e-300)
    point = optimize.brentq(slope, least - 1, end * (1 - 1e-12), xtol=1e-14, rtol=1e-14)
    cumulant = -np.log1p(-2 * point * weights).sum() / 2
    w = math.copysign(math.sqrt(max(2 * (point * statistic - cumulant), 0.0)), point)
    v = point * math.sqrt(2 * ((weights / (1 - 2 * point * weights)) ** 2).sum())
    return float(special.ndtr(-(w + math.log(v / w) / w)))
