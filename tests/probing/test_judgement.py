"""What a verdict is based on: factors of hidden layers, how much samples differ, margins and slopes, with numbers by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.probing.distinct import distinct


def spec(gain: float, *, activation: str = "linear", head: Any = None, bias: Any = "zeros") -> dict[str, Any]:
    """Return hidden layers of 192, 256 and 160 units, each with a kernel of variance gain^2 / fan_in, and a head."""
    init = {"scheme": "lecun_normal", "gain": gain}
    given: dict[str, Any] = {"type": "dense", "activation": activation, "init": init, "bias_init": bias}
    hidden = [{"name": f"fc{i}", "units": units, **given} for i, units in enumerate((192, 256, 160))]
    return {
        "input": 224,
        "layers": [*hidden, {"name": "head", "type": "dense", "units": 10, "init": head or init}],
    }


def run_of(spec: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return the only run of a probe."""
    return dict(winitgen.probe(spec, samples=100, **options)["runs"][0])


def test_how_much_two_samples_differ() -> None:
    """Units (1, 3) and (2, 2): their variances are 2 and 0, on average 1, and the mean square is 4.5."""
    values = np.array([[1.0, 2.0], [3.0, 2.0]])

    assert distinct(values) == pytest.approx(math.sqrt(1 / 4.5))
    assert distinct(1e300 * values) == pytest.approx(math.sqrt(1 / 4.5))
    assert 0.0 == distinct(np.array([[1.0, 2.0], [1.0, 2.0]]))
    assert distinct(np.random.default_rng(0).normal(size=(400, 3, 70, 70))) == pytest.approx(1.0, abs=0.01)
    assert [None] * 3 == [
        distinct(np.array(rows)) for rows in ([[1.0, 2.0]], [[0.0], [0.0]], [[1.0], [math.inf]])
    ]


def test_slopes_and_margins() -> None:
    """Each layer halves the signal and, whatever its widths, the gradient's norm: three times and twice over the hidden layers."""
    run = run_of(spec(0.5))
    by_layer, margins = run["by_layer"], run["margins"]

    assert run["measured"]["signal"] == pytest.approx(0.125, rel=0.1)
    assert run["measured"]["gradient"] == pytest.approx(0.25, rel=0.1)
    assert (3, pytest.approx(0.5, rel=0.06), pytest.approx(0.5, rel=0.06)) == (
        by_layer["layers"],
        by_layer["signal"],
        by_layer["gradient"],
    )
    assert isinstance(by_layer["layers"], int)
    assert by_layer["depth_scale"] == pytest.approx(1 / (2 * math.log(2)), rel=0.1)
    assert margins["signal"] == pytest.approx(1 - math.log(8) / math.log(1500), abs=0.02)
    assert margins["gradient"] == pytest.approx(1 - math.log(4) / math.log(200), abs=0.02)
    assert ("signal", "healthy") == (run["nearest"], run["verdict"])


def test_a_gradient_may_grow_more_than_it_may_shrink() -> None:
    """Twenty times in each layer: 400 times over two steps back, of the 1500 times that are allowed; a twentieth is too little."""
    grown = run_of(spec(20.0), thresholds={"signal": 1e5})
    shrunk = run_of(spec(0.05), thresholds={"signal": 1e5})

    assert ("healthy", "vanishing") == (grown["verdict"], shrunk["verdict"])
    assert grown["margins"]["gradient"] == pytest.approx(1 - math.log(400) / math.log(1500), abs=0.02)
    assert shrunk["margins"]["gradient"] == pytest.approx(1 - math.log(400) / math.log(200), abs=0.02)


def test_samples_that_have_become_alike() -> None:
    """Behind a small kernel the biases are all that is left: the signal keeps its size, and says nothing of the sample."""
    run = run_of(spec(0.01, activation="tanh", bias={"scheme": "normal", "std": 1.0}), backward=False)
    (finding,) = run["findings"]

    assert run["measured"]["signal"] == pytest.approx(1.0, rel=0.2)
    assert run["measured"]["distinct"] < 0.002
    assert ("vanishing", "fc1", "two samples differ by ") == (
        finding["verdict"],
        finding["layer"],
        finding["text"][:22],
    )


@pytest.mark.parametrize(
    ("least", "nearest", "layer", "text"),
    [
        (2e-3, "distinct", "fc1", "two samples differ by "),
        (1e-5, "gradient", "fc0", "the gradient's norm is "),
    ],
)
def test_a_finding_tells_the_figure_with_the_worst_margin(
    least: float, nearest: str, layer: str, text: str
) -> None:
    """Of two figures that come to one verdict; it starts where that figure leaves its bounds."""
    small = spec(0.01, activation="tanh", bias={"scheme": "normal", "std": 1.0})
    run = run_of(small, thresholds={"distinct": least})
    (finding,) = run["findings"]

    assert run["margins"]["distinct"] < 0
    assert run["margins"]["gradient"] < 0
    assert (nearest, layer, text) == (run["nearest"], finding["layer"], finding["text"][: len(text)])


@pytest.mark.parametrize("head", ["zeros", {"scheme": "normal", "std": 1e-9}])
def test_a_head_that_starts_small(head: Any) -> None:
    """Its kernel gets its gradient in the first step, so it holds back nothing."""
    run = run_of(spec(1.0, head=head))

    assert ("healthy", []) == (run["verdict"], run["findings"])
    assert run["measured"]["signal"] == pytest.approx(1.0, rel=0.1)


def test_a_hidden_layer_that_is_0_is_no_head() -> None:
    """Nothing passes it."""
    wrong = spec(1.0)
    wrong["layers"][2]["init"] = "zeros"

    assert "vanishing" == run_of(wrong)["verdict"]


def test_only_an_output_saturates() -> None:
    """A hidden tanh may saturate: it is judged by the gradient that passes it; the output is where the loss begins."""
    wide = {"scheme": "lecun_normal", "gain": 30.0}
    layers = [
        {"name": f"fc{i}", "type": "dense", "units": 64, "activation": "tanh", "init": wide} for i in range(2)
    ]
    open_, closed = (
        {"input": 96, "layers": each} for each in ([*layers, {"type": "dense", "units": 5}], layers)
    )

    assert [None, "healthy"] == [run_of(open_)["measured"]["saturated"], run_of(open_)["verdict"]]
    assert "saturating" == run_of(closed)["verdict"]
    assert run_of(closed)["measured"]["saturated"] > 0.8
