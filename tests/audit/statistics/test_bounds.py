"""The bounds on probabilities against SciPy's exact laws: never below, and close where it matters."""

import itertools
import math

import numpy as np
import pytest
from scipy import special, stats

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.laws import Law

CHI_SQUARE = [(10, 5.0), (1000, 1.25), (1000, 0.8), (100_000, 1.025)]


@pytest.mark.parametrize(("count", "square"), CHI_SQUARE)
def test_second_moment_of_normals(count: int, square: float) -> None:
    """The bound holds for the mean of n squared normals, which is chi-square over n."""
    values, weights = Law("normal").nodes()
    exact = 2 * min(stats.chi2.cdf(count * square, count), stats.chi2.sf(count * square, count))
    bound = bounds.chernoff(bounds.Draw.of(values**2, weights), square, count)

    assert exact <= bound <= 30 * exact


@pytest.mark.parametrize(("count", "z"), [(1, 3.0), (7, 5.0), (5000, -6.0)])
def test_mean_of_normals(count: int, z: float) -> None:
    """The bound holds for the mean of n normals, which is normal."""
    values, weights = Law("normal").nodes()
    exact = math.erfc(abs(z) / math.sqrt(2))

    assert (
        exact <= bounds.chernoff(bounds.Draw.of(values, weights), z / math.sqrt(count), count) <= 20 * exact
    )


@pytest.mark.parametrize(("count", "heads"), [(100, 70), (10_000, 5_200), (7, 7), (1_000_000, 501_000)])
def test_mean_of_signs(count: int, heads: int) -> None:
    """Bennett's bound holds for the mean of n random signs, which is binomial."""
    exact = 2 * float(stats.binom.sf(heads - 1, count, 0.5))

    assert exact <= bounds.bennett(2 * heads / count - 1, 1.0, 1.0, count) <= 30 * exact


def test_mean_of_products_of_normals() -> None:
    """It holds for products of two normals that are cut at 6, of which 10^5 means of 40 are drawn."""
    rng = np.random.default_rng(0)
    means = np.abs((rng.normal(size=(100_000, 40)) * rng.normal(size=(100_000, 40))).mean(axis=1))
    for offset in (0.2, 0.4, 0.6, 0.8):
        assert (means >= offset).mean() <= bounds.bennett(offset, 1.0, 36.0, 40)


@pytest.mark.parametrize("count", [100, 10_000])
def test_largest_distance(count: int) -> None:
    """The bound of Dvoretzky, Kiefer and Wolfowitz is above Kolmogorov's exact law."""
    for chance in (0.1, 1e-3, 1e-6):
        distance = float(stats.kstwo.isf(chance, count))

        assert chance <= bounds.kolmogorov(distance, count) <= 60 * chance


@pytest.mark.parametrize("size", [2, 3, 10, 1000])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.7, 0.999])
def test_element_of_a_unit_vector(size: int, share: float) -> None:
    """The bound holds for an element of a random unit vector, whose square follows a beta law."""
    exact = float(special.betainc((size - 1) / 2, 0.5, 1 - share**2))

    assert exact <= bounds.spherical_cap(share, size) * (1 + 1e-12)


def test_several() -> None:
    """The bound on k or more events is above the binomial law."""
    for count, share, seen in [(100, 0.01, 5), (10, 0.3, 9), (100_000, 1e-5, 8)]:
        exact = float(stats.binom.sf(seen - 1, count, share))

        assert exact <= bounds.binomial_tail(share, count, seen) <= 1.0


def test_holm() -> None:
    """Each p-value is compared with the level divided by the number of remaining tests (Holm)."""
    assert [True, False, True, False] == bounds.rejections([0.01, 0.04, 0.001, 0.03], 0.05)


LAWS = {
    "normal": (Law("normal", 1.0, 2.0), stats.norm(1, 2)),
    "uniform": (Law("uniform", 1.0, 2.0, -1.0, 1.0), stats.uniform(-1, 4)),
    "cut": (Law("truncated_normal", 1.0, 2.0, -1.0, 3.0), stats.truncnorm(-1, 3, loc=1, scale=2)),
    "far cut": (Law("truncated_normal", 0.0, 1.0, 4.0, 7.0), stats.truncnorm(4, 7)),
    "log": (Law("log_uniform", low=0.0, high=math.log(99)), stats.loguniform(1, 99)),
}


@pytest.mark.parametrize("name", [name for name in LAWS if name != "log"])
def test_laws(name: str) -> None:
    """Mean, standard deviation and distribution function equal SciPy's."""
    law, expected = LAWS[name]
    points = np.linspace(expected.ppf(1e-6), expected.ppf(1 - 1e-6), 101)

    assert [expected.mean(), expected.std()] == pytest.approx([law.mean, law.std], rel=1e-9)
    assert np.abs(law.cdf(points) - expected.cdf(points)).max() < 1e-10


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.2, 0.3, 0.5), (0.25,) * 4])
@pytest.mark.parametrize("count", [5, 12, 30])
def test_relative_entropy(shares: tuple[float, ...], count: int) -> None:
    """The bound on the frequencies of all cells holds for every outcome that there is, by adding up their chances."""
    outcomes = [
        seen for seen in itertools.product(range(count + 1), repeat=len(shares)) if sum(seen) == count
    ]
    chances = stats.multinomial(count, shares).pmf(outcomes)
    totals = [
        sum(n * math.log(n / count / share) for n, share in zip(seen, shares, strict=True) if n)
        for seen in outcomes
    ]
    for total in totals:
        exact = sum(chance for chance, other in zip(chances, totals, strict=True) if other >= total - 1e-9)
        assert exact <= bounds.relative_entropy(total, len(shares)) * (1 + 1e-9)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5])
@pytest.mark.parametrize("count", [10, 200])
def test_frequency(share: float, count: int) -> None:
    """The bound on a frequency is above the exact chance of its tail."""
    law = stats.binom(count, share)
    for seen in range(count + 1):
        low, high = law.cdf(seen), law.sf(seen - 1)
        exact = min(low, high)
        (bound,) = bounds.frequency(np.array([seen]), np.array([share]), count)
        assert exact <= bound * (1 + 1e-9)
