"""Numbers at the ends of what a spec may hold: a probe tells what they do, and never fails."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import winitgen


def layers_with(large: float) -> dict[str, list[dict[str, Any]]]:
    """Return layers whose parameters are as large as a spec allows."""
    normal = {"scheme": "normal", "std": large}
    dense = {"type": "dense", "units": 8}
    return {
        "dense": [{**dense, "init": normal, "activation": "tanh"}],
        "two": [{**dense, "init": normal}, {"type": "dense", "units": 4, "init": normal}],
        "uniform": [{**dense, "init": {"scheme": "uniform", "low": -large, "high": large}}],
        "bias": [{**dense, "bias_init": normal, "activation": "relu"}],
        "constant": [{**dense, "bias_init": {"scheme": "constant", "value": -large}}],
        "norm": [{"type": "layer_norm", "init": normal, "bias_init": normal}],
        "batch norm": [{"type": "batch_norm", "init": normal, "bias_init": normal}],
        "slope": [{"type": "prelu", "init": normal}],
        "scale": [{"type": "scale", "init": normal}],
        "factor": [{"type": "rescaling", "factor": large, "offset": -large}, dense],
        "small": [
            {**dense, "init": {"scheme": "normal", "std": max(large**-0.8, 1e-280)}, "activation": "gelu"}
        ],
    }


@pytest.mark.parametrize("kind", layers_with(1.0))
@pytest.mark.parametrize(("dtype", "large"), [("float64", 1e290), ("float64", 1e160), ("float32", 1e30)])
def test_no_exception(kind: str, dtype: str, large: float) -> None:
    """Squares that overflow are infinite, in the theory as in the batch, and the report is valid JSON."""
    layers = [{"name": f"l{number}", **layer} for number, layer in enumerate(layers_with(large)[kind])]
    report = winitgen.probe({"model": "m", "input": 6, "dtype": dtype, "layers": layers}, samples=50)

    json.dumps(report, allow_nan=False)


def test_an_explosion_is_told() -> None:
    """A standard deviation whose square overflows makes the signal explode."""
    layer = {"name": "d", "type": "dense", "units": 8, "init": {"scheme": "normal", "std": 1e155}}
    report = winitgen.probe({"model": "m", "input": 8, "dtype": "float64", "layers": [layer]}, samples=200)

    (run,) = report["runs"]
    assert "exploding" == run["verdict"]
    assert math.isclose(1e155 * math.sqrt(8), run["layers"][0]["out"]["std"], rel_tol=0.2)
