"""Figures of values at the ends of float64: what axes cannot hold is said, and the rest is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import winitgen
from winitgen.report.plots import figures, shapes
from winitgen.report.plots.ticks import log_ticks

LAST = 1.7976931348623157e308

CORPUS: dict[str, list[float]] = {
    "both ends": [1.797e308, -1.797e308],
    "largest": [LAST, -LAST],
    "equal": [LAST, LAST],
    "neighbours": [LAST, 1.7976931348623155e308],
    "one end": [1.797e308, 1.0],
    "smallest": [5e-324, -5e-324],
    "two smallest": [5e-324, 1e-323],
    "both": [5e-324, 1.7e308],
    "at the limit": [1e290, -1e290],
    "within": [9e289, -9e289],
}


def probed(values: list[float], **options: Any) -> dict[str, Any]:
    """Return the report of a layer with these weights."""
    init = {"scheme": "listed", "values": values}
    layers = [{"name": "fc", "type": "dense", "units": 1, "init": init, "use_bias": False}]
    return winitgen.probe({"dtype": "float64", "input": 2, "layers": layers}, samples=5, **options)


@pytest.mark.parametrize("name", CORPUS)
def test_every_figure_is_drawn(name: str) -> None:
    """All figures of extreme weights, as files of both kinds."""
    report = probed(CORPUS[name])

    assert figures.page_file(report, ".svg").startswith(b"<?xml")
    assert figures.page_file(report, ".png").startswith(b"\x89PNG")


def test_what_is_beyond_is_said(drawn: Callable[..., Any]) -> None:
    """The kernel reaches further than an axis; the input does not, and is drawn."""
    weight, sample, *_ = drawn(probed(CORPUS["both ends"]), "deck").axes

    assert ["beyond 1e+290"] == [text.get_text() for text in weight.texts]
    assert [] == [text.get_text() for text in sample.texts]
    assert shapes.window({"histogram": {"low": -2e290, "high": 0.0}}) is None
    assert shapes.padded(shapes.PlotRange(5e-324, 1e-323)) == shapes.PlotRange(-1.0, 1.0)


@pytest.mark.parametrize(
    "values", [(1e-320, 1e-310), (1.0, LAST), (-LAST, LAST), (5e-324, LAST), (LAST, LAST / 2)]
)
def test_a_sweep_over_extremes(values: tuple[float, float], drawn: Callable[..., Any]) -> None:
    """The axis of the varied value ends where axes end."""
    report = winitgen.probe(
        {
            "vars": {"x": 1.0},
            "input": 3,
            "layers": [{"name": "fc", "type": "dense", "units": 2, "init": {"scheme": "normal", "std": 0.1}}],
        },
        samples=3,
    )
    run = report["runs"][0]
    report |= {"variable": "x", "runs": [{**run, "value": one, "label": f"x={one}"} for one in values]}
    low, high = drawn(report, "sweep").axes[0].get_xlim()

    assert -2e290 < low < high < 2e290


def test_ticks_up_to_the_end() -> None:
    """Powers of ten beyond float64 are no ticks."""
    assert [1e307, 2e307, 3e307, 5e307, 7e307, 1e308] == log_ticks(1e307, 1.7e308)
