"""Which figures a report has, and their titles and alternative texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.plots import sample
from winitgen.errors import UsageError
from winitgen.report.plots import figures


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (sample.invented(1, 2), ["deck", "depth", "histograms"]),
        (sample.swept([0.5, 1.0]), ["sweep"]),
        (sample.without_kernels(), ["depth", "histograms"]),
        (sample.report({**sample.invented(1, 1)["runs"][0], "layers": [], "weights": []}), []),
        (sample.report(), []),
    ],
    ids=["one run", "sweep", "no kernel", "no layer", "no run"],
)
def test_figures_that_apply(report: dict[str, Any], expected: list[str]) -> None:
    """A sweep is drawn against the varied value, other reports layer by layer, and empty ones not at all."""
    assert expected == figures.figures(report)
    assert len(expected) == len(figures.described(report))


def test_a_report_without_layers_is_refused() -> None:
    """An empty figure could be mistaken for a result."""
    with pytest.raises(UsageError, match="no data for the figure deck or depth or histograms or sweep"):
        figures.page_file(sample.report(), ".png")


def test_another_ending_is_refused() -> None:
    """Figures are written as .png, .svg and .pdf only."""
    with pytest.raises(UsageError, match=r"^a figure ends in \.png, \.svg, \.pdf, not in \.gif$"):
        figures.page_file(sample.deck(), ".gif")


def test_an_unknown_layer_is_refused() -> None:
    """The figure of one layer needs that layer."""
    with pytest.raises(UsageError, match="layer fc9 has no kernel"):
        figures.svg(sample.deck(), "deck", layer="fc9")


def test_a_layer_is_shown_on_request() -> None:
    """The third of five layers instead of the first."""
    titles = [picture.title for picture in figures.described(sample.glorot(), layer="fc3")]

    assert titles[0].startswith("Layer fc3: standard_uniform healthy (pre-activation std 0.")


def test_text_of_the_deck() -> None:
    """The text has the spread before the sigmoid and the share at its ends for every scheme."""
    picture = figures.described(sample.deck())[0]

    assert (
        "Layer fc1: normal saturating (pre-activation std 22.4, 84 % of the sigmoid's values at its ends);"
        " lecun_normal, xavier_normal and he_normal healthy"
        " (pre-activation std 1.00 to 1.42, at most 0.12 % of the sigmoid's values at its ends)"
        == picture.title
    )
    assert picture.alt == (
        "Histograms of layer fc1; standard deviation of its pre-activations with"
        " normal: 22.4 and 84 % of the activations at the ends of their range;"
        " lecun_normal: 1.00 and < 0.01 % of the activations at the ends of their range;"
        " xavier_normal: 1.00 and < 0.01 % of the activations at the ends of their range;"
        " he_normal: 1.42 and 0.12 % of the activations at the ends of their range."
    )
    assert picture.svg == figures.svg(sample.deck(), "deck")


def test_text_of_the_figures_by_layer() -> None:
    """The text has the spreads at both ends of the network, forward and back."""
    _, depth, histograms = figures.described(sample.invented(1, 3, growth=0.5))

    assert (
        "Standard deviation by layer: scheme_0 healthy (last activation 0.125, first gradient 0.125)"
        == depth.title
    )
    assert depth.alt.startswith(
        "Standard deviation by layer, measured points on lines of mean-field theory; "
    )
    assert depth.alt.endswith(
        "scheme_0: activation from 0.500 at the first layer to 0.125 at the last,"
        " gradient from 0.125 at the first layer to 0.500 at the last."
    )
    assert (
        "Histograms of activations and gradients by layer: scheme_0 healthy (std of the activations 0.500 → 0.125)"
        == histograms.title
    )
    assert histograms.alt.endswith("scheme_0: activations 0.500 to 0.125, gradients 0.125 to 0.500.")


def test_the_text_omits_what_is_missing() -> None:
    """Without a gradient or theory, the text does not mention it."""
    _, depth, histograms = figures.described(sample.awkward()["no gradient"])

    assert "gradient" not in depth.alt + histograms.alt + histograms.title
    assert (
        "Standard deviation by layer, measured; " in figures.described(sample.awkward()["no theory"])[1].alt
    )


def test_titles_say_what_each_of_a_few_runs_comes_to() -> None:
    """Three runs one by one, but for those that come to the same; more by their verdicts, with the ends of their numbers."""
    same = sample.invented(3, 3, growth=0.5)
    same["runs"][1]["layers"] = same["runs"][0]["layers"]
    depth = figures.described(same)[1].title
    many = figures.described(sample.invented(5, 3, growth=0.5))[1].title

    assert (
        "Standard deviation by layer: scheme_0 and scheme_1 healthy (last activation 0.125, first gradient 0.125);"
        " scheme_2 healthy (last activation 0.343, first gradient 0.343)" == depth
    )
    assert (
        "Standard deviation by layer: scheme_0, scheme_1, scheme_2 and 2 others healthy"
        " (last activation 0.125 to 0.729, first gradient 0.125 to 0.729)" == many
    )


def test_the_title_of_a_sweep_has_the_verdicts_along_its_axis() -> None:
    """In the order of the varied value, whatever the order of the runs."""
    report = sample.swept([0.5, 0.75, 1.0, 2.0])
    for run in report["runs"]:
        run["verdict"] = "vanishing" if run["value"] < 1 else "exploding" if run["value"] > 1 else "healthy"

    assert (
        "Signal and gradient against the gain: vanishing from 0.500 to 0.750, healthy at 1.00, exploding at 2.00"
        == figures.described(report)[0].title
    )


def test_text_of_a_sweep() -> None:
    """The text has the varied value and its range, signal and gradient at both ends, and the edge of chaos."""
    (picture,) = figures.described(sample.swept([0.5, 2.0], edge=1.327))

    assert "Signal and gradient against the gain: healthy from 0.500 to 2.00" == picture.title
    assert picture.alt == (
        "Signal and gradient against the gain; scheme_0, gain 0.500 to 2.00: standard deviation of the"
        " activation of the last layer 0.125 to 3.38, of the gradient at the first layer 0.125 to 3.38;"
        " the edge of chaos is at a gain of 1.327."
    )
