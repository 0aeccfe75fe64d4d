"""Where a verdict begins: the defaults, other numbers, and what they are compared with."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from winitgen.errors import UsageError
from winitgen.probing.thresholds import DEFAULT, parse_thresholds, thresholds_of


def spec(std: float, activation: str = "linear", layers: int = 4) -> dict[str, Any]:
    """Return a network of 64 units a layer, whose signal changes by std * 8 in each."""
    dense = {
        "type": "dense",
        "units": 64,
        "use_bias": False,
        "activation": activation,
        "init": {"scheme": "normal", "std": std},
    }
    return {
        "input": 64,
        "layers": [{"type": "repeat", "times": layers, "name": "fc{i}", "layers": [{"name": "d", **dense}]}],
    }


def run_of(std: float, thresholds: dict[str, float], activation: str = "linear") -> dict[str, Any]:
    """Return the only run of a probe."""
    return dict(winitgen.probe(spec(std, activation), samples=200, thresholds=thresholds)["runs"][0])


def test_what_is_measured() -> None:
    """The factors are those from end to end of the hidden layers: here 0.5 in each of three, whatever the direction."""
    measured = run_of(0.5 / 8, {})["measured"]

    assert measured["signal"] == pytest.approx(0.5**3, rel=0.2)
    assert measured["gradient"] == pytest.approx(0.5**2, rel=0.2)
    assert [None, None] == [measured["saturated"], measured["dead"]]


@pytest.mark.parametrize(
    ("std", "thresholds", "verdict"),
    [
        (0.5, {}, "healthy"),
        (0.5, {"signal": 6, "gradient": 100}, "vanishing"),
        (0.5, {"signal": 32, "gradient": 3}, "vanishing"),
        (0.5, {"signal": 32, "growth": 3}, "healthy"),
        (0.5, {"signal": 32, "gradient": 16}, "healthy"),
        (2.0, {"signal": 6}, "exploding"),
        (2.0, {"gradient": 3}, "exploding"),
        (2.0, {"gradient": 3, "growth": 16}, "healthy"),
        (2.0, {"growth": 3}, "exploding"),
        (2.0, {"signal": 32, "gradient": 16}, "healthy"),
    ],
)
def test_factors(std: float, thresholds: dict[str, float], verdict: str) -> None:
    """A signal that goes to an eighth, or to 8 times, and a gradient that goes to a quarter, or to 4 times."""
    assert verdict == run_of(std / 8, thresholds)["verdict"]


@pytest.mark.parametrize(("share", "verdict"), [(0.9, "healthy"), (0.5, "saturating"), (0.0, "saturating")])
def test_the_share_of_saturated_values(share: float, verdict: str) -> None:
    """N(0, 20^2) into tanh: its slope is below 1 % of the largest beyond 2.99, for 88 % of the values."""
    run = run_of(20 / 8, {"saturated": share, "signal": 1e6, "gradient": 1e6}, "tanh")

    assert run["measured"]["saturated"] == pytest.approx(0.881, abs=0.02)
    assert verdict == run["verdict"]


def test_dead_units() -> None:
    """A bias far below 0 leaves no unit of a ReLU alive; a share of 1 allows that."""
    dead = spec(0.1, "relu", 1)
    dead["layers"][0]["layers"][0].update(use_bias=True, bias_init={"scheme": "constant", "value": -9.0})

    verdicts = [
        winitgen.probe(dead, samples=50, thresholds=given)["runs"][0]["verdict"]
        for given in (None, {"dead": 1})
    ]
    assert ["dead", "healthy"] == verdicts


def test_the_report_says_what_they_were() -> None:
    """With the defaults for those that were not given."""
    report = winitgen.probe(spec(0.1), samples=5, thresholds={"gradient": 7})

    shares = {"distinct": 0.002, "saturated": 0.5, "dead": 0.9}
    assert {"signal": 1500.0, "gradient": 7, "growth": 7, **shares} == report["thresholds"]
    assert DEFAULT == thresholds_of("thresholds", None)


MESSAGES = {
    "gradient": "--threshold takes NAME=NUMBER, as in gradient=10",
    "gradent=3": "--threshold: unknown threshold 'gradent'; did you mean 'gradient'?",
    "loss=3": "--threshold: unknown threshold 'loss'; they are signal, gradient, growth, distinct, saturated, dead",
    "gradient=x": "--threshold gradient: expected a number, not 'x'",
    "gradient=1": "--threshold gradient: expected a factor above 1, not 1",
    "signal=inf": "--threshold signal: expected a factor above 1, not inf",
    "signal=nan": "--threshold signal: expected a factor above 1, not nan",
    "dead=1.5": "--threshold dead: expected a share from 0 to 1, not 1.5",
    "saturated=-0.1": "--threshold saturated: expected a share from 0 to 1, not -0.1",
}


@pytest.mark.parametrize("text", MESSAGES)
def test_refusals_of_the_option(text: str) -> None:
    """Each names the threshold, and what it can be."""
    with pytest.raises(UsageError) as refused:
        parse_thresholds([text])

    assert MESSAGES[text] == str(refused.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"loss": 3},
            "thresholds: unknown threshold 'loss'; they are signal, gradient, growth, distinct, saturated, dead",
        ),
        ({"dead": 2}, "thresholds['dead']: expected a share from 0 to 1, not 2"),
        ({"signal": "9"}, "thresholds['signal'] is a number, not '9'"),
        ([1], "thresholds is a mapping, not an object of type 'list'"),
    ],
)
def test_refusals_of_the_argument(given: Any, message: str) -> None:
    """Each names the argument."""
    with pytest.raises(UsageError) as refused:
        winitgen.probe(spec(0.1), thresholds=given)

    assert message == str(refused.value)


def test_a_threshold_twice_is_refused() -> None:
    """Two of one name contradict each other."""
    with pytest.raises(UsageError) as refused:
        parse_thresholds(["dead=0.5", "dead=0.7"])

    assert "--threshold gives 'dead' twice; give each threshold once" == str(refused.value)
