"""An overflow becomes infinite or NaN without a warning: the probe checks for it afterwards."""

from typing import Any

import numpy as np
import pytest

from tests.probing.one_layer import operation

LAYERS: list[dict[str, Any]] = [
    {"type": "batch_norm"},
    {"type": "group_norm", "groups": 2},
    {"type": "instance_norm"},
    {"type": "layer_norm"},
    {"type": "rms_norm"},
    {"type": "rnn", "units": 3, "activation": "relu"},
    {"type": "lstm", "units": 3, "bidirectional": True},
    {"type": "lstm", "units": 3, "projection": 2},
    {"type": "gru", "units": 3},
    {"type": "bilinear", "from": "a", "other": "input", "units": 3},
    {"type": "experts", "count": 3, "per_token": 2, "units": 5},
    {
        "type": "experts",
        "count": 3,
        "per_token": 2,
        "units": 5,
        "routing": "sigmoid",
        "activation": "softmax",
    },
    {"type": "multi_head_attention", "heads": 2},
    {"type": "gated_mlp", "units": 5},
    {"type": "positional_embedding", "count": 6, "dim": 4},
    {"type": "add", "from": ["a", "input"]},
    {"type": "multiply", "from": ["a", "input"]},
    {"type": "prelu", "init": {"scheme": "constant", "value": 3}},
]


@pytest.mark.parametrize("value", [1e38, 3e38, np.inf, np.nan], ids=str)
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: str(layer["type"]))
def test_no_warning(layer: dict[str, Any], value: float) -> None:
    """Signals and gradients at or beyond the end of float32 give no warning."""
    first = {"name": "a", "type": "activation", "activation": "tanh"}
    own = operation([6, 4], first, layer, dtype="float32")
    x = np.full((3, 6, 4), value, "float32")
    x[0] = -x[0]
    inputs = [x, x] if "from" in layer else [x]
    out = own.forward(inputs, keep=True)
    back = own.backward(np.full(out.shape, value, "float32"))

    assert [x.shape] * len(inputs) == [array.shape for array in back if array is not None]
