"""Which pictures a report has, and the words that go with them."""

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
def test_pictures_that_apply(report: dict[str, Any], expected: list[str]) -> None:
    """A sweep is drawn against what it varies, all else layer by layer, and nothing where there is nothing."""
    assert expected == figures.figures(report)
    assert len(expected) == len(figures.described(report))


def test_a_report_without_layers_is_refused() -> None:
    """An empty picture would look like a result."""
    with pytest.raises(UsageError, match="nothing for the figure deck or depth or histograms or sweep"):
        figures.image(sample.report(), ".png")


def test_another_ending_is_refused() -> None:
    """The page of a report and a picture are different things."""
    with pytest.raises(UsageError, match=r"a picture ends in .png or .svg, not in .gif"):
        figures.image(sample.deck(), ".gif")


def test_a_layer_that_is_not_there_is_refused() -> None:
    """The picture of one layer needs that layer."""
    with pytest.raises(UsageError, match="layer fc9 has no kernel"):
        figures.svg(sample.deck(), "deck", layer="fc9")


def test_a_layer_is_shown_on_request() -> None:
    """The third of five layers instead of the first."""
    titles = [picture.title for picture in figures.described(sample.glorot(), layer="fc3")]

    assert "Layer fc3: weights, input, pre-activations and activations" == titles[0]


def test_words_of_the_deck() -> None:
    """One sentence, with the spread before the sigmoid and the share at its ends for every scheme."""
    picture = figures.described(sample.deck())[0]

    assert "Layer fc1: weights, input, pre-activations and activations" == picture.title
    assert picture.alt == (
        "Histograms of layer fc1; standard deviation of its pre-activations with"
        " normal: 22.4 and 84 % of the activations at the ends of their range;"
        " lecun_normal: 1.00 and < 0.01 % of the activations at the ends of their range;"
        " xavier_normal: 1.00 and < 0.01 % of the activations at the ends of their range;"
        " he_normal: 1.42 and 0.12 % of the activations at the ends of their range."
    )
    assert picture.svg == figures.svg(sample.deck(), "deck")


def test_words_of_the_pictures_by_layer() -> None:
    """The spreads at both ends of the network, forward and back."""
    _, depth, histograms = figures.described(sample.invented(1, 3, growth=0.5))

    assert "Standard deviation by layer, measured points on lines of mean-field theory" == depth.title
    assert depth.alt.endswith(
        "scheme_0: activation from 0.500 at the first layer to 0.125 at the last,"
        " gradient from 0.125 at the first layer to 0.500 at the last."
    )
    assert "Histograms of activations and gradients by layer" == histograms.title
    assert histograms.alt.endswith("scheme_0: activations 0.500 to 0.125, gradients 0.125 to 0.500.")


def test_words_say_what_is_not_there() -> None:
    """Without a gradient or theory, none is spoken of."""
    _, depth, histograms = figures.described(sample.awkward()["no gradient"])

    assert "gradient" not in depth.alt + histograms.alt + histograms.title
    assert (
        "Standard deviation by layer, measured" == figures.described(sample.awkward()["no theory"])[1].title
    )


def test_words_of_a_sweep() -> None:
    """What is varied, from where to where, what becomes of signal and gradient, and the edge of chaos."""
    (picture,) = figures.described(sample.swept([0.5, 2.0], edge=1.327))

    assert "Signal and gradient against the gain" == picture.title
    assert picture.alt == (
        "Signal and gradient against the gain; scheme_0, gain 0.500 to 2.00: standard deviation of the"
        " activation of the last layer 0.125 to 3.38, of the gradient at the first layer 0.125 to 3.38;"
        " the edge of chaos is at a gain of 1.327."
    )
