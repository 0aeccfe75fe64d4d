"""The bands of several seeds: from the least to the greatest value of each layer, or of each value of a sweep."""

from __future__ import annotations

import math
from typing import Any

import pytest

import winitgen
from winitgen.report.plots import bands, depth, figures, sweep
from winitgen.report.plots.canvas import drawing, new_figure
from winitgen.report.plots.curves import log_axis
from winitgen.report.plots.style import look

pytest.importorskip("matplotlib")

SPEC: dict[str, Any] = {
    "model": "narrow",
    "input": 8,
    "layers": [
        {"name": "wide", "type": "dense", "units": 30, "activation": "tanh"},
        {"name": "out", "type": "dense", "units": 3},
    ],
}


def drawn(module: Any, report: dict[str, Any]) -> list[Any]:
    """Return the panels of a figure."""
    figure = new_figure(4.0)
    module.draw(figure, report)
    return list(figure.axes)


def edges(panel: Any) -> set[tuple[float, float]]:
    """Return the ends of the bars of a panel, at each position."""
    found = set()
    for one in panel.collections:
        for path in one.get_paths():
            if one.get_label() == bands.BAND and len(path.vertices) == 2:
                (_, low), (_, high) = path.vertices
                found.add((float(low), float(high)))
    return found


def test_the_band_of_a_layer_is_its_range() -> None:
    """In each panel; the axis holds it, and the title says how many seeds there are."""
    report = winitgen.probe(SPEC, samples=10, seeds=5)
    with drawing():
        activations = drawn(depth, report)[0]
        low, high = activations.get_ylim()

    ranges = {
        (layer["spread"]["out"]["std"]["min"], layer["spread"]["out"]["std"]["max"])
        for layer in report["runs"][0]["layers"]
    }
    assert ranges == edges(activations)
    assert all(low < least and greatest < high for least, greatest in ranges)
    assert depth.title(report).endswith(", mean and range of 5 seeds")
    assert "5 seeds from 0 to 4" in figures.caption(report)


def test_the_band_of_a_sweep_is_that_of_its_last_layer() -> None:
    """And of the gradient at the first layer."""
    report = winitgen.probe(SPEC, samples=10, seeds=3, sweep={"gain": [0.5, 1, 2]})
    with drawing():
        signal, gradient = drawn(sweep, report)

    for panel, layer, quantity in ((signal, -1, "out"), (gradient, 0, "gradient")):
        spreads = [run["layers"][layer]["spread"][quantity]["std"] for run in report["runs"]]
        assert {(one["min"], one["max"]) for one in spreads} == edges(panel)
    assert sweep.title(report).endswith(", mean and range of 3 seeds")


def test_one_seed_has_no_band() -> None:
    """Nothing is drawn or said of several."""
    report = winitgen.probe(SPEC, samples=10)
    with drawing():
        panels = drawn(depth, report)

    assert [set()] * 3 == [edges(panel) for panel in panels]
    assert "seeds" not in depth.title(report)
    assert [] == [one for panel in panels for one in panel.collections if one.get_label() == bands.BAND]


def test_a_band_that_reaches_0_ends_at_the_least_value_that_a_log_axis_shows() -> None:
    """A layer that is 0 with some seed, one that is 0 with all, and one that is not known."""
    with drawing():
        axes = new_figure(3.0).subplots()
        values = bands.draw_band(
            axes,
            [1, 2, 3, 4],
            [1.0, 0.5, 0.0, math.nan],
            [(0.5, 2), (0, 1), (0, 0), (math.nan,) * 2],
            look(0),
        )
        log_axis(axes, values)

    assert {(0.5, 2.0), (0.5, 1.0)} == {one for one in edges(axes) if not math.isnan(one[1])}
    assert [] == bands.draw_band(axes, [1.0], [1.0], [(math.nan, math.nan)], look(0))


@pytest.mark.parametrize("module", [depth, sweep])
def test_the_legend_explains_the_bands(module: Any) -> None:
    """Band, bars, the thin line and the points, each with its sign; of one seed there is nothing to explain."""
    swept = {"gain": [0.5, 1]} if module is sweep else None
    texts = []
    for seeds in ({}, {"seeds": 3}):
        with drawing():
            figure = new_figure(4.0)
            module.draw(figure, winitgen.probe(SPEC, samples=10, sweep=swept, **seeds))
            (legend,) = figure.legends
        texts.append([text.get_text() for text in legend.get_texts()])
        assert len(texts[-1]) == len(legend.legend_handles)

    assert "points: measured" in texts[0]
    assert [
        "points: mean of the seeds",
        "thin line: through the means",
        "band and bars: least to greatest of 3 seeds",
    ] == (texts[1][1:4])
    assert not [text for text in texts[0] if "seeds" in text]
