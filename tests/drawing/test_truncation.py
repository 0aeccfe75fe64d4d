import math
import subprocess
import sys

import mpmath
import pytest
from scipy import stats

from winitgen.drawing import truncation


def exact(low: float, high: float, power: int) -> mpmath.mpf:
    """Integrate z^power over the standard normal between two bounds, numerically."""
    return mpmath.quad(lambda z: z**power * mpmath.npdf(z), mpmath.linspace(low, high, 9))


def test_recorded_bound_is_what_mpmath_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers recorded for k = 2 are those computed with 50 digits, rounded once."""
    recorded = truncation._TAILS[2.0], truncation._TAU[2.0]
    monkeypatch.setattr(truncation, "_TAILS", {})
    monkeypatch.setattr(truncation, "_TAU", {})

    assert recorded == (truncation.tails.__wrapped__(2.0), truncation.tau.__wrapped__(2.0))


def test_tails_recorded() -> None:
    """The recorded p and q of k = 2 are 1 - erfc(sqrt 2) and 2^31 erfc(sqrt 2)."""
    with mpmath.workdps(60):
        cut = mpmath.erfc(mpmath.sqrt(2))
        expected = float(1 - cut), float(cut * 2**31)

    assert expected == truncation.tails(2.0)


@pytest.mark.parametrize("k", [0.1, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0, 6.39])
def test_tails(k: float) -> None:
    """The probability cut away on both sides is erfc(k/sqrt 2), to the last bit of float64."""
    with mpmath.workdps(80):
        cut = 1 - exact(-k, k, 0)
        expected = float(1 - cut), float(cut * 2**31)

    assert expected == truncation.tails(k)


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (1.0, 0.539560093754897),
        (2.0, 0.87962566103423978),
        (2.5, 0.954597486344581),
        (3.0, 0.986578392558109),
        (4.0, 0.999464501807080),
    ],
)
def test_tau(k: float, expected: float) -> None:
    """The standard deviation after a cut at +-k is the published one."""
    assert math.isclose(expected, truncation.tau(k), rel_tol=2e-15)


@pytest.mark.parametrize("k", [0.1, 1.0, 2.0, 6.39])
def test_tau_is_the_square_root_of_the_second_moment(k: float) -> None:
    """tau^2 is the mean of z^2 between the bounds."""
    with mpmath.workdps(70):
        expected = float(mpmath.sqrt(exact(-k, k, 2) / exact(-k, k, 0)))

    assert expected == truncation.tau(k)


@pytest.mark.parametrize(
    "low_high", [(-1.0, 3.0), (2.0, 4.0), (-4.0, -2.0), (0.0, 1.0), (-2.0, 2.0), (5.0, 6.0)]
)
def test_intervals(low_high: tuple[float, float]) -> None:
    """Tails, standard deviation and mean of an interval are the integrals, rounded once."""
    low, high = low_high
    with mpmath.workdps(70):
        mass, mean = exact(low, high, 0), exact(low, high, 1) / exact(low, high, 0)
        std = mpmath.sqrt(exact(low, high, 2) / mass - mean**2)
        expected = float(mpmath.ncdf(low)), float(1 - mpmath.ncdf(high)), float(std), float(mean)

    if low == -high:
        expected = (*expected[:3], 0.0)
    assert expected == truncation.interval(low, high)


@pytest.mark.parametrize("low_high", [(-math.inf, 1.0), (-0.5, math.inf)])
def test_half_open_intervals(low_high: tuple[float, float]) -> None:
    """A bound may be infinite: then nothing is cut on that side."""
    found = truncation.interval(*low_high)
    peer = stats.truncnorm(*low_high)

    assert (stats.norm.cdf(low_high[0]), stats.norm.sf(low_high[1])) == pytest.approx(
        (found.lower, found.upper)
    )
    assert (peer.std(), peer.mean()) == pytest.approx((found.std, found.mean))


def test_common_bound_needs_no_mpmath() -> None:
    """Cutting at two standard deviations, the most common bound, does not import mpmath."""
    code = "import sys; from winitgen.drawing import truncation as t; t.tails(2.0); t.tau(2.0); sys.exit('mpmath' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
