import mpmath
import numpy as np
import pytest
from scipy.special import ndtr

from winitgen.drawing import quantile
from winitgen.drawing.distributions.distribution import Precision
from winitgen.drawing.shipped_lines import FARTHEST
from winitgen.drawing.tables import normal
from winitgen.numeric.scratch import Workspace

ALL = 1 << 40

OCTAVE = np.repeat(np.arange(-32, 31), 512)
WIDTH = 2.0**OCTAVE / 512
START = 2.0**OCTAVE + np.tile(np.arange(512), 63) * WIDTH
END = START + WIDTH


def values(
    ranks: list[float], dtype: Precision = "float64", std: float = 1.0, count: int = ALL
) -> list[float]:
    """Return the values of single ranks."""
    return quantile.look_up(std, dtype, count)(np.array(ranks, dtype), Workspace()).tolist()


def lines() -> quantile.Lines:
    """Return A and B of the segments of positive ranks, float64, in order."""
    return quantile.Lines(*(row[95 * 512 : 158 * 512] for row in quantile.scaled_lines(1.0, "float64")))


def test_largest_cdf_error() -> None:
    """The probabilities of the lines and of the normal differ by at most 4.5e-8."""
    intercepts, slopes = lines()
    errors = [
        np.abs(ndtr(-(intercepts + slopes * ranks)) - ranks / 2**32).max()
        for ranks in (START + WIDTH * fraction for fraction in np.linspace(0, 1, 33))
    ]

    assert max(errors) <= 4.5e-8


@pytest.mark.parametrize("index", [0, 511, 512, 5000, 16_384, 20_000, 32_000, 32_255])
def test_lines_have_the_segment_s_mean_and_variance(index: int) -> None:
    """Mean and variance of a line over its segment are those of the normal there, integrated numerically."""
    intercepts, slopes = lines()
    with mpmath.workdps(60):
        near, far = normal.quantile(END[index]), normal.quantile(START[index])
        mass = mpmath.quad(mpmath.npdf, [near, far])
        mean = mpmath.quad(lambda z: z * mpmath.npdf(z), [near, far]) / mass
        variance = mpmath.quad(lambda z: (z - mean) ** 2 * mpmath.npdf(z), [near, far]) / mass
        expected = float(mean), float(variance)

    middle, width = (START[index] + END[index]) / 2, WIDTH[index]
    found = intercepts[index] + slopes[index] * middle, (slopes[index] * width) ** 2 / 12
    assert expected == pytest.approx(found, rel=1e-12, abs=1e-15)


def test_moments_of_the_whole_are_those_of_the_normal() -> None:
    """Summed over all lines the variance is 1 and the fourth moment 3."""
    intercepts, slopes = lines()
    low, high = intercepts + slopes * END, intercepts + slopes * START
    second = (WIDTH * (low**2 + low * high + high**2) / 3).sum() / 2**31
    fourth = (WIDTH * (high**5 - low**5) / (high - low) / 5).sum() / 2**31

    assert pytest.approx((1.0, 3.0), rel=1e-7) == (second, fourth)


def test_lines_decrease() -> None:
    """Every line decreases, and neighbours overlap by less than one rank of a 32-bit word."""
    intercepts, slopes = lines()
    rise = (intercepts + slopes * START)[1:] - (intercepts + slopes * END)[:-1]

    assert (slopes < 0).all()
    assert (rise < -slopes[1:]).all()


def test_negative_ranks_mirror() -> None:
    """A rank and its opposite have opposite values."""
    ranks = np.random.default_rng(1).integers(1, 2**31, 10_000).tolist()

    for dtype in ("float32", "float64"):
        assert values(ranks, dtype) == [-value for value in values([-rank for rank in ranks], dtype)]


@pytest.mark.parametrize("count", [1, ALL])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ends(dtype: Precision, count: int) -> None:
    """Rank 0 gives the farthest value, and both ends, one past the last line, give nearly 0."""
    farthest, *ends = values([0.0, 2.0**31, -(2.0**31)], dtype, 1.0, count)

    assert np.dtype(dtype).type(6.443934526538564) == farthest
    assert pytest.approx([0.0, 0.0], abs=1e-10) == ends


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("std", [1.0, 0.0123, 1e-25, 1e30])
def test_few_and_many_elements_give_the_same_bits(dtype: Precision, std: float) -> None:
    """Scaling the table and scaling the lines looked up round the same numbers in the same way."""
    ranks = np.ldexp(np.random.default_rng(2).uniform(-1, 1, 50_000), np.tile([31, 24, 12, 4], 12_500))
    ranks = [0.0, *ranks[np.abs(ranks) >= 0.34].tolist(), 2.0**31, -(2.0**31)]

    assert values(ranks, dtype, std, 1) == values(ranks, dtype, std, ALL)


def test_ranks_below_the_table() -> None:
    """float64 ranks below 2^-32, which occur only for unbounded intervals, give the value of rank 0."""
    expected = [FARTHEST, FARTHEST, -FARTHEST]

    assert expected == values([2.0**-33, 2.0**-60, -(2.0**-40)])


def test_scaled_lines_are_safe_to_share() -> None:
    """The scaled table is made once per standard deviation, and is read-only."""
    one, other = quantile.scaled_lines(0.5, "float32"), quantile.scaled_lines(0.5, "float32")

    assert one is other
    assert not any(row.flags.writeable for row in one)
