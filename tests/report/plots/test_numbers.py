"""The drawn values are those of the report, number for number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats

from tests.report.plots import sample
from winitgen.report.plots import deck
from winitgen.report.plots.choice import chosen
from winitgen.report.plots.curves import MEASURED, PREDICTED, ZERO
from winitgen.report.plots.sweep import EDGE

QUANTITIES = ("out", "pre", "gradient")


def line(axes: Any, label: str) -> list[Any]:
    """Return the lines of a panel with this label, in the order of the runs."""
    return [one for one in axes.get_lines() if one.get_label() == label]


def numbers(values: Any) -> list[float | None]:
    """Return the values of a line, with None for a gap."""
    return [None if math.isnan(value) else float(value) for value in values]


@pytest.mark.parametrize("name", ["glorot", "gaps", "a dead end", "runs of unequal depth"])
def test_points_and_lines_by_layer_are_the_reports(name: str, drawn: Callable[..., Any]) -> None:
    """Each panel has, for each run, points at the measured spreads and a line through the predicted ones."""
    report = sample.glorot() if name == "glorot" else sample.awkward()[name]
    panels = drawn(report, "depth").axes

    for axes, quantity in zip(panels, QUANTITIES, strict=True):
        for label, key in ((MEASURED, "std"), (PREDICTED, "predicted_std")):
            expected = [
                [None if layer[quantity] is None else layer[quantity][key] for layer in run["layers"]]
                for run in report["runs"]
            ]
            if key == "predicted_std":  # a line goes on to what is predicted next
                assert [[std for std in run if std is not None] for run in expected] == [
                    list(one.get_ydata()) for one in line(axes, label)
                ]
                assert [
                    [place for place, std in enumerate(run, 1) if std is not None] for run in expected
                ] == [list(one.get_xdata()) for one in line(axes, label)]
                continue

            assert expected == [numbers(one.get_ydata()) for one in line(axes, label)]
            assert [list(range(1, len(run) + 1)) for run in expected] == [
                list(one.get_xdata()) for one in line(axes, label)
            ]


def test_a_zero_is_on_the_lower_edge(drawn: Callable[..., Any]) -> None:
    """From the third of six layers on the signal is zero; a log axis has no zero, so it is drawn on the edge."""
    figure = drawn(sample.awkward()["a dead end"], "depth")
    (first, second) = line(figure.axes[0], ZERO)

    assert [3, 4, 5, 6] == list(first.get_xdata()) == list(second.get_xdata())
    assert {figure.axes[0].bbox.y0} == set(
        first.get_transform().transform(np.column_stack(first.get_data()))[:, 1]
    )
    assert "hollow, on the lower edge: 0" in [
        text.get_text() for text in figure.subfigs[0].legends[0].get_texts()
    ]


def test_no_legend_mentions_zeros_if_there_are_none(drawn: Callable[..., Any]) -> None:
    """The entry for zeros is present only if there are zeros."""
    figure = drawn(sample.glorot(), "depth")

    assert [
        "standard_uniform, healthy",
        "xavier_normal, healthy",
        "points: measured",
        "lines: mean-field theory",
    ] == [text.get_text() for text in figure.subfigs[0].legends[0].get_texts()]


def test_a_prediction_without_neighbours_is_a_bar(drawn: Callable[..., Any]) -> None:
    """A line through one number has no length, so it is drawn as a short bar at that value."""
    axes = drawn(sample.invented(1, 1), "depth").axes[0]
    bars = [one for one in axes.get_lines() if one.get_marker() == "_"]

    assert [([1], [1.05 * 0.9])] == [(list(one.get_xdata()), list(one.get_ydata())) for one in bars]


def test_a_sweep_runs_from_the_smallest_value_to_the_largest(drawn: Callable[..., Any]) -> None:
    """Each scheme has points and lines of the last activation and the first gradient, in the order of the gain."""
    report = sample.sweep()
    signal, gradient = drawn(report, "sweep").axes

    for index, scheme in enumerate(("lecun_normal", "xavier_normal")):
        runs = [run for run in report["runs"] if run["scheme"] == scheme]
        for axes, at, quantity in ((signal, -1, "out"), (gradient, 0, "gradient")):
            for label, key in ((MEASURED, "std"), (PREDICTED, "predicted_std")):
                drawn_line = line(axes, label)[index]

                assert [run["value"] for run in runs] == list(drawn_line.get_xdata())
                assert [run["layers"][at][quantity][key] for run in runs] == list(drawn_line.get_ydata())


def test_a_sweep_in_any_order_is_drawn_in_order(drawn: Callable[..., Any]) -> None:
    """The runs may be in any order."""
    axes = drawn(sample.swept([0.5, 1.0, 2.0]), "sweep").axes[0]

    assert [0.5, 1.0, 2.0] == list(line(axes, MEASURED)[0].get_xdata())
    assert [0.5**3, 1.5**3, 2.5**3] == pytest.approx(list(line(axes, MEASURED)[0].get_ydata()))


def test_the_first_available_gradient_counts_as_the_first_layers(drawn: Callable[..., Any]) -> None:
    """An embedding has no gradient to show; the layer after it has one."""
    report = sample.swept([0.5, 1.0])
    for run in report["runs"]:
        run["layers"][0]["gradient"] = None
    axes = drawn(report, "sweep").axes[1]

    assert [0.5**2, 1.5**2] == pytest.approx(list(line(axes, MEASURED)[0].get_ydata()))


def test_the_edge_of_chaos_is_at_its_gain(drawn: Callable[..., Any]) -> None:
    """Both panels mark it with a line at the report's gain, and with the number."""
    panels = drawn(sample.swept([0.5, 1.0, 2.0], edge=1.327), "sweep").axes

    assert [[1.327, 1.327]] * 2 == [list(line(axes, EDGE)[0].get_xdata()) for axes in panels]
    assert [["edge of chaos, gain 1.327"]] * 2 == [
        [text.get_text() for text in axes.texts] for axes in panels
    ]


@pytest.mark.parametrize(
    ("edge", "side", "text"),
    [(0.1, "left", "← edge of chaos, gain 0.1000"), (7.25, "right", "edge of chaos, gain 7.250 →")],
)
def test_an_edge_beyond_the_sweep_is_pointed_at(
    edge: float, side: str, text: str, drawn: Callable[..., Any]
) -> None:
    """The axis stays that of the sweep; the figure names the side on which the edge is."""
    axes = drawn(sample.swept([0.5, 1.0, 2.0], edge=edge), "sweep").axes[0]

    assert [] == line(axes, EDGE)
    assert text == axes.get_title(loc=side)


def test_no_edge_is_marked_if_none_is_known(drawn: Callable[..., Any]) -> None:
    """A sweep of the depth has no edge of chaos."""
    assert [[], []] == [line(axes, EDGE) for axes in drawn(sample.sweep("depth"), "sweep").axes]


def test_bars_of_the_deck_are_densities(drawn: Callable[..., Any]) -> None:
    """The area of a histogram is 1, over the report's bins, and its heights are proportional to the counts."""
    report = sample.deck()
    axes = drawn(report, "deck").axes[2]
    values, borders, _ = axes.patches[0].get_data()
    histogram = report["runs"][0]["layers"][0]["pre"]["histogram"]
    counts = np.array(histogram["counts"])

    assert pytest.approx(1.0) == float((values * np.diff(borders)).sum())
    assert (histogram["low"], histogram["high"], 65) == (borders[0], borders[-1], borders.size)
    assert pytest.approx(counts / counts.max()) == values / values.max()


def test_curves_of_the_deck_are_the_planned_densities(drawn: Callable[..., Any]) -> None:
    """Row by row: the weights' own density, N(0, 1) for the input, and the predicted pre-activation."""
    report = sample.deck()
    panels = drawn(report, "deck").axes
    for index, run in enumerate(report["runs"]):
        spreads = (run["weights"][0]["density"]["std"], 1.0, run["layers"][0]["pre"]["predicted_std"])
        for axes, std in zip(panels[4 * index : 4 * index + 3], spreads, strict=True):
            points, curve = axes.get_lines()[0].get_data()

            assert pytest.approx(scipy.stats.norm(0.0, std).pdf(points)) == curve
        assert [] == list(panels[4 * index + 3].get_lines())


def test_the_deck_shows_the_measured_values(drawn: Callable[..., Any]) -> None:
    """With N(0, 1) weights on 500 inputs the spread before the sigmoid is sqrt(500) = 22.4, and most values saturate."""
    panels = drawn(sample.deck(), "deck").axes

    assert "std 22.4, predicted 22.4" == panels[2].get_title(loc="left")
    assert "std 0.482, 84 % beyond 0.01/0.99" == panels[3].get_title(loc="left")
    assert "std 1.00, predicted 1.00" == panels[10].get_title(loc="left")


@pytest.mark.parametrize(
    ("activation", "where"),
    [
        ("sigmoid", "beyond 0.01/0.99"),
        ("hard_sigmoid", "beyond 0.01/0.99"),
        ("tanh", "beyond ±0.98"),
        ("hard_tanh", "beyond ±0.98"),
        ("softsign", "beyond ±0.98"),
    ],
)
def test_the_ends_of_a_range_are_named(drawn: Callable[..., Any], activation: str, where: str) -> None:
    """The text names where the ends begin: at one percent of the range from either limit."""
    report = sample.invented(1, 2)
    report["runs"][0]["layers"][0] |= {"activation": activation, "at_the_ends": 0.25}

    assert drawn(report, "deck").axes[3].get_title(loc="left").endswith(f", 25 % {where}")


def test_a_long_number_leaves_room_for_less_text(drawn: Callable[..., Any]) -> None:
    """The text above a panel is no wider than the panel, so that all panels keep their width."""
    title = drawn(sample.awkward()["extreme numbers"], "deck").axes[3].get_title(loc="left")

    assert "std 1.00\N{MULTIPLICATION SIGN}10⁻⁴⁰, 0.12 % at the ends" == title


def test_the_deck_shows_the_first_layer_with_a_kernel(drawn: Callable[..., Any]) -> None:
    """The table of an embedding is no kernel; a layer may also be chosen by its name."""
    report = sample.awkward()["tokens"]
    names = [layer["layer"] for layer in report["runs"][0]["layers"]]

    assert names[1] == deck.shown_layer(report)
    assert names[4] == deck.shown_layer(report, names[4])
    assert None is deck.shown_layer(report, "no such layer")


def test_samples_that_are_not_gaussian_have_no_curve(drawn: Callable[..., Any]) -> None:
    """N(0, 1) is drawn over the input only if the samples are Gaussian."""
    panels = drawn({**sample.invented(1, 2), "input": "data.npy"}, "deck").axes

    assert [1, 0, 1, 0] == [sum(line.get_linestyle() == "-" for line in axes.get_lines()) for axes in panels]


def test_histograms_below_each_other_have_equal_peaks(drawn: Callable[..., Any]) -> None:
    """Each layer is an area over the report's bins, on a line of its own, as high as every other."""
    report = sample.glorot()
    panels = drawn(report, "histograms").axes
    for index, run in enumerate(report["runs"]):
        for axes, quantity in zip(panels[2 * index : 2 * index + 2], ("out", "gradient"), strict=True):
            for place, (layer, patch) in enumerate(zip(run["layers"], axes.patches, strict=True)):
                values, borders, baseline = patch.get_data()
                counts = np.array(layer[quantity]["histogram"]["counts"])

                assert pytest.approx(0.9 * counts / counts.max()) == place - values
                assert place == baseline
                assert (layer[quantity]["histogram"]["low"], layer[quantity]["histogram"]["high"]) == (
                    borders[0],
                    borders[-1],
                )


def test_of_many_layers_some_are_shown_including_first_and_last(drawn: Callable[..., Any]) -> None:
    """Twelve of sixty layers are drawn, with their names at the side."""
    figure = drawn(sample.invented(1, 60), "histograms")
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]

    assert 12 == len(names) == len(figure.axes[0].patches)
    assert ("block.1.", "block.60") == (names[0], names[-1])


def test_at_most_twelve_layers_have_a_histogram(drawn: Callable[..., Any]) -> None:
    """However many blocks there are, and in every panel."""
    names = [f"h.{block}.{layer}" for block in range(40) for layer in ("ln", "a", "b", "c", "d")]
    report = sample.invented(2, len(names))
    for run in report["runs"]:
        for layer, name in zip(run["layers"], names, strict=True):
            layer["layer"] = name
    figure = drawn(chosen(report), "histograms")

    assert {12} == {len(axes.patches) for axes in figure.axes}


def test_a_spike_is_cut_off_and_reported(drawn: Callable[..., Any]) -> None:
    """Half of a ReLU's values are in one bin; the rest keeps its shape, and the figure reports what is cut off."""
    report = sample.rectified()
    row, figure = drawn(report, "deck").axes, drawn(report, "histograms")
    counts = np.array(report["runs"][0]["layers"][0]["out"]["histogram"]["counts"])
    share = round(100 * counts.max() / counts.sum())

    assert row[3].get_title(loc="left").endswith(f"{share} % at 0 (cut off)")
    assert figure.axes[0].texts[0].get_text().endswith(f", ↑ {share} %")
    assert "↑ share of the values in one bin, which is cut off" in [
        text.get_text() for text in figure.subfigs[0].legends[0].get_texts()
    ]
    assert (
        pytest.approx(0.9 * np.minimum(1, counts / np.sort(counts)[-2]))
        == -figure.axes[0].patches[0].get_data().values
    )
