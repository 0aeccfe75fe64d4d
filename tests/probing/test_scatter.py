"""How much the standard deviation of a small layer differs from seed to seed: the formula against many draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.probing.scatter import relative
from winitgen.report.probe_spread import scatter

DRAWS = 2000


def drawn(units: int, samples: int, inputs: int, correlation: float) -> float:
    """Return the relative standard deviation of the std of y = W x over many draws of W and x, by NumPy alone.

    Each input has what all samples share, of the variance ``correlation``, and a residue of its own. Their mean square is 1: what
    the input scatters is not the layer's.
    """
    generator = np.random.default_rng(units + samples)
    stds = []
    for _ in range(DRAWS):
        shared = generator.standard_normal(inputs) * np.sqrt(correlation)
        x = shared + generator.standard_normal((samples, inputs)) * np.sqrt(1 - correlation)
        x /= np.sqrt((x * x).mean())
        w = generator.standard_normal((inputs, units)) / np.sqrt(inputs)
        stds.append((x @ w).std())
    return float(np.std(stds) / np.mean(stds))


@pytest.mark.parametrize(
    ("units", "samples", "inputs", "correlation"),
    [
        (10, 50, 60, 0.0),
        (10, 50, 60, 0.5),
        (10, 50, 60, 0.95),
        (10, 8, 200, 0.2),
        (3, 40, 30, 0.3),
        (200, 20, 50, 0.7),
        (30, 1, 40, 0.0),
    ],
)
def test_the_formula_agrees_with_draws(units: int, samples: int, inputs: int, correlation: float) -> None:
    """Within a tenth: the shared part of an input is itself drawn, and a root is not linear."""
    expected = relative(units, samples, inputs, correlation)

    assert expected == pytest.approx(drawn(units, samples, inputs, correlation), rel=0.1)


def test_a_single_value_has_none() -> None:
    """Of one unit for one sample there is no standard deviation."""
    assert relative(1, 1, 10, 0.0) is None


def spec(init: str = "normal") -> dict[str, Any]:
    """Return a network whose last layer has 10 units after a sigmoid, whose outputs are alike."""
    return {
        "input": 50,
        "layers": [
            {"name": "wide", "type": "dense", "units": 300, "activation": "sigmoid"},
            {"name": "out", "type": "dense", "units": 10, "init": init},
        ],
    }


def test_a_probe_of_many_seeds_scatters_as_expected() -> None:
    """Beside the measured scatter of the small layer stands that of its size; the wide one hardly scatters."""
    [run] = winitgen.probe(spec(), samples=30, seeds=300, backward=False)["runs"]
    wide, out = (scatter(layer) for layer in run["layers"])

    assert (0.2 < (out[1] or 0) < 0.25, (wide[1] or 1) < 0.02) == (True, True)
    assert out[0] == pytest.approx(out[1], rel=0.15)
    of_input = run["spread"]["sample"]["std"]["std"]
    assert wide[0] == pytest.approx(math.hypot(wide[1] or 0, of_input), rel=0.15)


def test_a_note_says_so_of_one_seed() -> None:
    """It names the layer, how much, and what measures it."""
    note = "the std of a small layer differs from seed to seed: out (±22 %, 10 units); --seeds 20 measures it"

    assert [note] == winitgen.probe(spec(), samples=30)["notes"]
    assert ["histograms are those of seed 0; all other figures are means"] == winitgen.probe(
        spec(), samples=30, seeds=2
    )["notes"]


def test_no_number_where_the_formula_does_not_hold() -> None:
    """The rows of an orthogonal kernel depend on each other, and a constant one does not scatter."""
    for init in ("orthogonal", "zeros"):
        [run] = winitgen.probe(spec(init), samples=30)["runs"]

        assert run["layers"][1]["scatter"] is None
