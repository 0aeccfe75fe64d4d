"""The small parts of a figure: numbers, names, ticks, densities."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from winitgen.report.plots import shapes
from winitgen.report.plots.canvas import drawing, text_width
from winitgen.report.plots.labels import fitted, number, percent, plain, tick_label
from winitgen.report.plots.style import look, tint
from winitgen.report.plots.ticks import decade_ticks, even_ticks, fitting_ticks, log_ticks


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.04472, "0.0447"),
        (1.0, "1.00"),
        (22.36, "22.4"),
        (12345.0, "12300"),
        (-0.5, "\N{MINUS SIGN}0.500"),
        (9.999, "10.0"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.2e-7, "1.20\N{MULTIPLICATION SIGN}10⁻⁷"),
        (-3.456e12, "\N{MINUS SIGN}3.46\N{MULTIPLICATION SIGN}10¹²"),
        (None, "\N{EN DASH}"),
    ],
)
def test_numbers_are_written_as_in_papers(value: float | None, text: str) -> None:
    """Numbers have three significant digits, a true minus sign, and powers of ten instead of an e."""
    assert text == number(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (200.0, "200"),
        (10000.0, "10000"),
        (1e5, "10⁵"),
        (-1e-8, "\N{MINUS SIGN}10⁻⁸"),
        (2e-7, "2\N{MULTIPLICATION SIGN}10⁻⁷"),
        (0.0, "0"),
    ],
)
def test_tick_labels_are_short(value: float, text: str) -> None:
    """Tick labels have no trailing zeros, and no 1 before a power."""
    assert text == tick_label(value)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.8432, "84 %"),
        (1.0, "100 %"),
        (0.9987, "99.9 %"),
        (0.00123, "0.12 %"),
        (4e-6, "< 0.01 %"),
        (0.0, "0 %"),
    ],
)
def test_shares_are_percentages(share: float, text: str) -> None:
    """Shares have two digits; very small ones are shown as below a limit."""
    assert text == percent(share)


def test_a_long_text_loses_its_middle() -> None:
    """Beginning and end distinguish names; a name of 40 characters is shown completely."""
    assert "abcd…wxyz" == plain("abcdefghijklmnopqrstuvwxyz", 9)
    assert "n" * 40 == plain("n" * 40)
    assert 44 == len(plain("n" * 45)) == len(plain("n" * 10**6))


@given(st.text(max_size=60), st.floats(0.5, 5.0))
def test_any_text_fits(text: str, inches: float) -> None:
    """A name of any characters fits its width, and is one printable line."""
    with drawing():
        shown = fitted(text, inches)

        assert text_width(shown, 8.0) <= inches
        assert shown.isprintable()


ENDS = st.tuples(st.floats(-1e30, 1e30), st.floats(1e-30, 1e30)).filter(
    lambda pair: pair[1] > 1e-6 * abs(pair[0])
)


@given(ENDS, st.integers(2, 8))
def test_even_ticks_are_round_and_few(ends: tuple[float, float], most: int) -> None:
    """There are two to ``most`` ticks in any range that is not tiny relative to its values."""
    low, high = ends[0], ends[0] + ends[1]
    ticks = even_ticks(low, high, most)
    slack = 1e-6 * (high - low)

    assert 2 <= len(ticks) <= most
    assert low - slack <= ticks[0]
    assert ticks[-1] <= high + slack


def test_even_ticks_have_the_usual_steps() -> None:
    """Steps are 1, 2 or 5 times a power of ten, and zero is a tick if it is in the range."""
    assert [-4, -2, 0, 2, 4] == even_ticks(-4.4, 4.5, 5)
    assert [0, 0.5, 1] == even_ticks(-0.03, 1.03, 5)
    assert [-50, 0, 50] == even_ticks(-98.0, 95.0, 4)
    assert [-4, 4] == even_ticks(-4.1, 4.1, 3)


def test_ticks_with_long_numbers_are_fewer() -> None:
    """Powers of ten need more room than plain digits."""
    assert 5 == len(fitting_ticks(-4.4, 4.4, 5, 2.2))
    assert 2 == len(fitting_ticks(-4.4e-44, 4.4e-44, 5, 2.2))


@given(st.floats(-300, 299), st.floats(1.0, 600.0))
def test_ticks_of_a_log_axis_are_round_and_few(bottom: float, decades: float) -> None:
    """Every log axis that spans a factor of ten or more has two to seven ticks."""
    low, high = 10.0**bottom, 10.0 ** min(bottom + decades, 307)
    ticks = log_ticks(low, high)

    assert 2 <= len(ticks) <= 7
    assert low <= ticks[0] * (1 + 3e-9)
    assert ticks[-1] <= high * (1 + 3e-9)


def test_ticks_of_a_nested_axis_are_on_both_sides() -> None:
    """The ticks are zero, and the same powers of ten on both sides if the range is symmetric."""
    assert [-1, -0.01, 0, 0.01, 1] == decade_ticks(-3.0, 3.0, 2e-3, 2)
    assert [0, 0.1, 1] == decade_ticks(-1e-3, 2.0, 0.05)


NORMAL = {"kind": "normal", "mean": 0.3, "std": 0.7}
UNIFORM = {"kind": "uniform", "low": -0.4, "high": 1.1}
TRUNCATED = {"kind": "truncated_normal", "mean": 0.3, "std": 0.7, "low": -0.4, "high": 1.9}


@pytest.mark.parametrize(
    ("kind", "peer"),
    [
        (NORMAL, scipy.stats.norm(0.3, 0.7)),
        (UNIFORM, scipy.stats.uniform(-0.4, 1.5)),
        (TRUNCATED, scipy.stats.truncnorm((-0.4 - 0.3) / 0.7, (1.9 - 0.3) / 0.7, 0.3, 0.7)),
    ],
    ids=["normal", "uniform", "truncated normal"],
)
def test_densities_are_scipys(kind: dict[str, float], peer: scipy.stats.rv_continuous) -> None:
    """Each planned density has SciPy's values, inside and outside its bounds."""
    points = np.linspace(-2.0, 3.0, 501)

    assert pytest.approx(peer.pdf(points)) == shapes.density(kind, points)


@pytest.mark.parametrize(
    "kind", [{**NORMAL, "std": 0.0}, {**TRUNCATED, "std": 0.0}, {**UNIFORM, "high": -0.4}]
)
def test_a_density_without_width_is_none(kind: dict[str, float]) -> None:
    """A constant has no curve."""
    assert None is shapes.density(kind, np.linspace(-1, 1, 5))


def histogram(*counts: int, low: float = -1.0, high: float = 1.0) -> dict[str, object]:
    """Return a histogram of these counts."""
    return {"low": low, "high": high, "counts": list(counts)}


def test_a_spike_is_far_above_other_bins() -> None:
    """It has more than four times the next count, and at most nine tenths of all values."""
    assert shapes.Spike(0.0, 0.5, 0.75) == shapes.spike(histogram(1, 1, 9, 1))
    assert None is shapes.spike(histogram(10, 3, 10, 3))
    assert None is shapes.spike(histogram(0, 0, 99, 1))
    assert None is shapes.spike(histogram(0, 0, 0, 0))
    assert None is shapes.spike(histogram(9, 1, low=2.0, high=2.0))


def test_a_window_leaves_out_what_is_far_away() -> None:
    """It covers five standard deviations about the mean, within the range of the values."""
    values = {"mean": 1.0, "std": 2.0, "histogram": histogram(1, low=-100.0, high=7.0)}

    assert shapes.PlotRange(-9.0, 7.0) == shapes.window(values)
    assert shapes.PlotRange(-100.0, 7.0) == shapes.window({**values, "std": None})
    assert None is shapes.window({**values, "histogram": None})


def test_similar_windows_become_one() -> None:
    """Rows share an axis, so that the wider looks wider, unless nothing would be seen of the narrower."""
    one, wide, far = shapes.PlotRange(-1, 1), shapes.PlotRange(-40, 50), shapes.PlotRange(-50, 60)
    shared = shapes.PanelScale(wide, shared=True)

    assert [shared, None, shared] == shapes.alike([one, None, wide])
    assert [shapes.PanelScale(one, shared=False), shapes.PanelScale(far, shared=True)] == shapes.alike(
        [one, far]
    )
    assert [None] == shapes.alike([None])


def test_looks_differ_in_colour_marker_and_line() -> None:
    """Eight runs differ in each of them; 64 in all together."""
    eight = [look(place) for place in range(8)]

    for part in zip(*eight, strict=True):
        assert 8 == len(set(part))
    assert 64 == len({look(place) for place in range(64)})


def test_a_tint_is_between_a_colour_and_white() -> None:
    """A share of 0 is white, 1 is the colour itself."""
    assert ("#ffffff", "#0072b2", "#80b8d8") == (tint("#0072B2", 0), tint("#0072B2", 1), tint("#0072B2", 0.5))
