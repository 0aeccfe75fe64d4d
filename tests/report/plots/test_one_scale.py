"""Rows that are compared have one scale, and what cannot share it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.report.plots import sample
from winitgen.report.plots.steepness import steep


def test_a_wide_kernel_looks_wide(drawn: Callable[..., Any]) -> None:
    """Standard deviations of 1.00 and of 0.0447 are bells on one axis: a bell and a needle."""
    axes = drawn(sample.deck(), "deck").axes

    for column in range(4):
        assert 1 == len({panel.get_xlim() for panel in axes[column::4]})
        assert not any("scale of its own" in panel.get_xlabel() for panel in axes[column::4])


def test_a_row_that_would_not_be_seen_has_an_axis_of_its_own(drawn: Callable[..., Any]) -> None:
    """A spread of 1 beside one of a thousandth of it; the label of that axis tells."""
    report = sample.invented(2, 1)
    report["runs"][1]["layers"][0]["pre"] = sample.moments(1e-3)
    first, second = drawn(report, "deck").axes[2::4]

    assert ("pre-activation", "pre-activation (on a scale of its own)") == (
        first.get_xlabel(),
        second.get_xlabel(),
    )
    assert second.get_xlim()[1] < 0.01 < first.get_xlim()[1]


def test_histograms_of_all_runs_have_one_linear_axis(drawn: Callable[..., Any]) -> None:
    """A bell stays a bell: nothing is logarithmic, however far the spreads of layers are from each other."""
    axes = drawn(sample.invented(2, 6, growth=0.5), "histograms").axes

    assert {"linear"} == {panel.get_xscale() for panel in axes}
    assert 1 == len({panel.get_xlim() for panel in axes[::2]})
    assert 1 == len({panel.get_xlim() for panel in axes[1::2]})


def test_one_layer_far_wider_than_every_other_makes_no_needles(drawn: Callable[..., Any]) -> None:
    """The gradient of a head, a thousand times that of its network: it goes as far as the axis, with an arrow beside it."""
    report = sample.invented(1, 6)
    report["runs"][0]["layers"][-1]["gradient"] = sample.moments(1000.0)
    figure = drawn(report, "histograms")
    notes = [text.get_text() for text in figure.axes[1].texts]

    assert figure.axes[1].get_xlim()[1] < 10
    assert "std 1000, ↔" == notes[-1]
    assert not any("↔" in note for note in notes[:-1])
    assert "↔ wider than the axis" in [text.get_text() for text in figure.subfigs[0].legends[0].get_texts()]


@pytest.mark.parametrize(
    ("activation", "ends"),
    [("sigmoid", 5.99), ("tanh", 2.99), ("softsign", 9.0), ("hard_tanh", 1.0), ("relu", None), ("gelu", None), ("sin(30)", None)],
)  # fmt: skip
def test_a_band_is_where_the_slope_counts(activation: str, ends: float | None) -> None:
    """The sigmoid's slope s(1 - s) is 1 % of its 1/4 at ln(399 + ...) = 5.99; a side that stays steep has no end."""
    band = steep(activation)
    found = None if band is None or activation.startswith("sin") else band

    assert (None if ends is None else pytest.approx((-ends, ends), abs=0.011)) == found


def test_the_legend_explains_the_band(drawn: Callable[..., Any]) -> None:
    """With its ends and its meaning; a layer without two flat sides has none."""
    legend = drawn(sample.deck(), "deck").subfigs[0].legends[0]
    other = drawn(sample.rectified(), "deck").subfigs[0].legends[0]

    assert [
        "measured, area = 1",
        "planned or predicted density",
        "\N{MINUS SIGN}5.99 to 5.99: the slope of the sigmoid is at least 1 % of its largest; beyond, values are saturated",
    ] == [text.get_text() for text in legend.get_texts()]
    assert 2 == len(other.get_texts())


def test_the_legend_explains_points_lines_and_gaps(drawn: Callable[..., Any]) -> None:
    """A line that crosses what theory does not predict says so."""
    texts = [
        [text.get_text() for text in drawn(report, "depth").subfigs[0].legends[0].get_texts()]
        for report in (sample.glorot(), sample.awkward()["gaps"], sample.awkward()["no theory"])
    ]

    assert ["points: measured", "lines: mean-field theory"] == texts[0][2:]
    assert "lines: mean-field theory, straight where it predicts nothing" in texts[1]
    assert ["points: measured"] == texts[2][2:]


def test_a_run_that_covers_another_says_so(drawn: Callable[..., Any]) -> None:
    """LeCun's and Xavier's matrices of 500 x 500 are the same; nobody would look for a point below a point."""
    report = sample.deck()
    report["runs"][2]["layers"] = report["runs"][1]["layers"]
    texts = [text.get_text() for text in drawn(report, "depth").subfigs[0].legends[0].get_texts()]

    assert "xavier_normal, healthy (on the points of lecun_normal)" == texts[2]
    assert 1 == sum("on the points of" in text for text in texts)
