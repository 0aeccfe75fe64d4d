"""Words at the ends of their range, instead of those of the key stream."""

import math

import mpmath
import numpy as np
import pytest

import winitgen
from winitgen.drawing import keystream, truncation
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.numeric.scratch import Workspace


def cut(k: float, std: float = 1.0, mean: float = 0.0) -> TruncatedNormal:
    """Return the normal cut to +-k."""
    return TruncatedNormal(std, k, *truncation.tails(k), mean)


def between(low: float, high: float, std: float = 1.0, mean: float = 0.0) -> IntervalNormal:
    """Return the normal cut to an interval."""
    interval = truncation.interval(low, high)
    return IntervalNormal(std, low, high, interval.lower, interval.upper, mean)


def at_edges(distribution, dtype: str) -> np.ndarray:  # noqa: ANN001
    """Return the values drawn from the five words."""
    return distribution.sampler(dtype, 5)(bytes(16), 0, 5, Workspace())


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Replace the words by the smallest, the largest and those about zero."""
    bits = 32 if request.param == "float32" else 64
    numbers = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, -1, 0, 1]
    data = b"".join(number.to_bytes(bits // 8, "little", signed=True) for number in numbers)
    monkeypatch.setattr(
        keystream,
        "words",
        lambda _key, _start, out: memoryview(out).cast("B").__setitem__(slice(None), data),
    )
    return request.param


@pytest.mark.parametrize(
    ("low", "high"), [(-0.3, 0.3), (0.1, 0.7), (-5.0, -1e-7), (1e6, 1e6 + 1), (0.0, 0.1)]
)
def test_uniform_reaches_and_keeps_its_ends(dtype: str, low: float, high: float) -> None:
    """The extreme words give the two ends, rounded, and no value lies outside."""
    values = at_edges(Uniform(low, high), dtype).tolist()
    ends = [np.dtype(dtype).type(end).item() for end in (low, high)]

    assert ends == pytest.approx(values[:2], rel=1e-6)
    assert ends[0] <= min(values)
    assert max(values) <= ends[1]


@pytest.mark.parametrize("k", [0.1, 1.0, 2.0, 3.0, 6.39])
def test_truncation_reaches_and_keeps_its_bounds(dtype: str, k: float) -> None:
    """Word 0 gives the bound, its neighbours come close to both bounds, the extreme words give nearly 0."""
    values = at_edges(cut(k, 0.3), dtype).tolist()
    bound = np.dtype(dtype).type(k * 0.3).item()

    assert pytest.approx([0, 0, -bound, bound, bound], rel=0.04, abs=1e-8) == values
    assert bound == pytest.approx(values[3], rel=1e-5)
    assert max(map(abs, values)) <= bound


@pytest.mark.parametrize(("low", "high"), [(-1.0, 3.0), (2.0, 4.0), (-4.0, -1.5), (0.0, 1.0), (-1.0, 0.0)])
def test_intervals_reach_and_keep_their_bounds(dtype: str, low: float, high: float) -> None:
    """The words about zero give the two bounds, the extreme ones the median."""
    values = at_edges(between(low, high), dtype).tolist()
    with mpmath.workdps(30):
        share = (mpmath.erf(low / mpmath.sqrt(2)) + mpmath.erf(high / mpmath.sqrt(2))) / 2
        median = float(mpmath.sqrt(2) * mpmath.erfinv(share))

    assert [median, median, low, high, high] == pytest.approx(values, rel=1e-5, abs=1e-7)
    assert low <= min(values)
    assert max(values) <= high


def test_normal_has_no_infinity(dtype: str) -> None:
    """Rank 0 gives 6.44 standard deviations, its neighbours are mirror images, the extreme words give 0."""
    *extreme, below, zero, above = at_edges(Normal(1.0), dtype).tolist()

    assert pytest.approx([0.0, 0.0], abs=1e-8) == extreme
    assert (-above, np.dtype(dtype).type(6.443934526538564)) == (below, zero)


def test_mean_moves_the_bounds(dtype: str) -> None:
    """A mean is added after the cut: the bounds lie about it, however far it is from zero."""
    values = at_edges(cut(2.0, 0.5, mean=10.0), dtype).tolist()

    assert pytest.approx([10, 10, 9, 11, 11], rel=1e-6) == values


@pytest.mark.parametrize(
    "bounds", [(2, 2.00002), (5.9, 5.90002), (-6.902, -6.9), (7.4, 7.46), (7.5, 7.56), (7.2, 30)]
)
def test_the_narrowest_cuts_in_a_tail_follow_their_law(bounds: tuple[float, float]) -> None:
    """As near to the limits as a spec may go, the distribution function is the normal's within 0.025."""
    scheme = {"scheme": "truncated_normal", "std": 1, "bounds": list(bounds), "correct": False}
    layer = {"name": "p", "type": "param", "shape": [20_000], "init": scheme}
    values = np.sort(np.abs(winitgen.generate({"dtype": "float64", "layers": [layer]})["p"]))
    low, high = sorted(map(abs, bounds))
    above = np.array([math.erfc(x / math.sqrt(2)) for x in [low, high, *values[::50]]])
    expected = (above[0] - above[2:]) / (above[0] - above[1])

    assert np.abs(expected - np.arange(0, 20_000, 50) / 20_000).max() < 0.025
