import numpy as np
import pytest
from scipy import stats

from winitgen.drawing import keystream, truncation
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.numeric.scratch import Workspace

pytestmark = pytest.mark.slow

COUNT = 1_000_000


def cut(k: float) -> TruncatedNormal:
    """Return the normal cut to +-k whose own standard deviation, after the cut, is 0.05."""
    return TruncatedNormal(0.05 / truncation.tau(k), k, *truncation.tails(k))


def between(low: float, high: float) -> IntervalNormal:
    """Return the normal of mean 1 and standard deviation 2 cut to an interval."""
    interval = truncation.interval(low, high)
    return IntervalNormal(2.0, low, high, interval.lower, interval.upper, 1.0)


def peer(low: float, high: float, std: float, mean: float = 0.0) -> stats.rv_continuous:
    """Return SciPy's normal cut to an interval."""
    return stats.truncnorm(low, high, loc=mean, scale=std)


# Each distribution that is drawn, and the SciPy distribution it should have.
CASES = {
    "normal": (Normal(0.02), stats.norm(scale=0.02)),
    "shifted normal": (Normal(0.5, -2.0), stats.norm(loc=-2, scale=0.5)),
    "uniform": (Uniform(-0.3, 0.3), stats.uniform(-0.3, 0.6)),
    "uneven uniform": (Uniform(0.1, 0.7), stats.uniform(0.1, 0.6)),
    **{f"cut at {k}": (cut(k), peer(-k, k, 0.05 / truncation.tau(k))) for k in (0.1, 1.0, 2.0, 3.0, 6.39)},
    **{
        f"from {low} to {high}": (between(low, high), peer(low, high, 2, 1))
        for low, high in ((-1.0, 3.0), (2.0, 4.0), (-4.0, -1.5), (0.0, 1.0), (-np.inf, 0.5))
    },
}


@pytest.fixture(params=[f"{dtype} {name}" for name in CASES for dtype in ("float32", "float64")])
def drawn(request: pytest.FixtureRequest) -> tuple[np.ndarray, stats.rv_continuous]:
    """Draw 10^6 values of each distribution, each from its own key stream of seed 1."""
    dtype, name = request.param.split(" ", 1)
    distribution, expected = CASES[name]
    key = keystream.key(1, f"{name}/{dtype}")
    return distribution.sampler(dtype, COUNT)(key, 0, COUNT, Workspace()).astype(np.float64), expected


def test_moments(drawn: tuple[np.ndarray, stats.rv_continuous]) -> None:
    """Mean, variance, skewness and kurtosis lie within four standard errors of the expected ones."""
    values, expected = drawn
    mean, variance, skewness, kurtosis = expected.stats("mvsk")
    scaled = (values - mean) / np.sqrt(variance)
    for power, moment in enumerate((0, 1, skewness, kurtosis + 3), start=1):
        powers = scaled**power
        score = (powers.mean() - moment) / (powers.std() / np.sqrt(COUNT))

        assert abs(score) < 4, f"moment {power}"


def test_kolmogorov_smirnov(drawn: tuple[np.ndarray, stats.rv_continuous]) -> None:
    """The values have the expected distribution function."""
    values, expected = drawn

    assert stats.kstest(values, expected.cdf).pvalue > 1e-3


def test_truncation_keeps_the_given_standard_deviation() -> None:
    """Cut at +-2, the values have the given standard deviation, not 0.88 times it."""
    values = cut(2.0).sampler("float32", COUNT)(keystream.key(2, "a"), 0, COUNT, Workspace())

    assert values.std(dtype=np.float64) == pytest.approx(0.05, rel=0.003)


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 5, 512, 65_536])
def test_neighbours_are_uncorrelated(lag: int) -> None:
    """Values at a fixed distance in one key stream are uncorrelated."""
    values = Normal(1.0).sampler("float32", COUNT)(keystream.key(3, "a"), 0, COUNT, Workspace()).astype(float)
    correlation = np.corrcoef(values[:-lag], values[lag:])[0, 1]

    assert abs(correlation) * np.sqrt(COUNT) < 4


def test_key_streams_are_uncorrelated() -> None:
    """Neighbouring seeds, and similar ids, give uncorrelated values."""
    workspace, count = Workspace(), 100_000
    keys = [
        keystream.key(seed, name) for seed in (0, 1, 2) for name in ("fc1/kernel", "fc2/kernel", "fc1/bias")
    ]
    rows = [Normal(1.0).sampler("float32", count)(key, 0, count, workspace).astype(float) for key in keys]
    correlations = np.corrcoef(rows)[np.triu_indices(len(rows), 1)]

    assert np.abs(correlations).max() * np.sqrt(count) < 4.5


def test_all_bins_are_equally_full() -> None:
    """1024 bins of equal probability are equally filled by normals (chi-square)."""
    values = Normal(1.0).sampler("float32", COUNT)(keystream.key(4, "a"), 0, COUNT, Workspace()).astype(float)
    edges = stats.norm.ppf(np.arange(1, 1024) / 1024)
    counts = np.bincount(np.searchsorted(edges, values), minlength=1024)

    assert stats.chisquare(counts).pvalue > 1e-3
