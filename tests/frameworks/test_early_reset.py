"""A GRU whose reset gate acts before the product: Keras's file and outputs, and the probe's gradients by PyTorch's autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.frameworks.autograd import batch, compare, tensors
from tests.probing.one_layer import BIASES, operation
from winitgen.files.recipe import metadata
from winitgen.load import parse_spec
from winitgen.probing.operations.operation import Operation

LAYER: dict[str, Any] = {
    "name": "g",
    "type": "gru",
    "units": 4,
    "reset_after": False,
    "bidirectional": True,
    "return_sequences": True,
    **BIASES,
}


def early(own: Operation, torch: Any, x: Any) -> Any:
    """Return the states of both directions by the equations of Cho et al. (2014), written out."""
    for level in range(own.layer.num_layers):
        found = []
        for direction in own.layer.directions:
            w, u, b = tensors(own, torch, "kernel", "recurrent_kernel", "bias", part=f"l{level}.{direction}")
            states = [torch.zeros(len(x), own.layer.units, dtype=x.dtype)]
            order = range(x.shape[1]) if direction == "forward" else reversed(range(x.shape[1]))
            for place in order:
                into, h = [x[:, place] @ w[gate].T + b[gate] for gate in range(3)], states[-1]
                r, z = (torch.sigmoid(into[gate] + h @ u[gate].T) for gate in range(2))
                states.append((1 - z) * torch.tanh(into[2] + (r * h) @ u[2].T) + z * h)
            found.append(torch.stack(states[1:] if direction == "forward" else states[:0:-1], dim=1))
        x = torch.cat(found, dim=-1)
    return x


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("levels", [1, 2])
def test_gradients(levels: int, dtype: str, torch: Any) -> None:
    """Values and gradients of all positions are those of the written-out equations."""
    own = operation([7, 5], {**LAYER, "num_layers": levels}, dtype=dtype, layout="keras")

    compare(own, torch, lambda x: early(own, torch, x), [batch(6, 7, 5, dtype=dtype)])


@pytest.mark.slow
@pytest.mark.parametrize("preset", [None, "torch"])
def test_the_file_of_keras(preset: str | None, keras: Any, load: Callable[..., None]) -> None:
    """Keras loads it strictly, each variable has its values, and the outputs are those of the probe.

    PyTorch's preset draws two biases, whose sum is Keras's only one.
    """
    layer = {key: value for key, value in LAYER.items() if preset is None or key != "bias_init"}
    defaults = {} if preset is None else {"preset": preset}
    layers = [layer, {"name": "h", "type": "gru", "units": 3, "reset_after": False, "use_bias": False}]
    spec = {"input": [7, 5], "defaults": defaults, "layers": layers}
    gru = keras.layers.GRU(4, return_sequences=True, reset_after=False, name="g")
    model = keras.Sequential(
        [
            keras.Input((7, 5)),
            keras.layers.Bidirectional(gru, name="g"),
            keras.layers.GRU(3, reset_after=False, use_bias=False, name="h"),
        ]
    )
    load(model, spec)
    drawn = winitgen.generate(spec, layout="keras")
    x = np.random.default_rng(4).normal(size=(6, 7, 5)).astype("float32")
    parts = [
        operation([7, 5], *layers, dtype="float32", layout="keras", defaults=defaults, at=at) for at in (0, 1)
    ]
    first = parts[0].forward([x], keep=False)

    assert [(5, 12), (4, 12), (12,)] * 2 + [(8, 9), (3, 9)] == [array.shape for array in drawn.values()]
    for variable, values in zip(model.weights, drawn.values(), strict=True):
        assert np.asarray(variable).tobytes() == values.tobytes()
    np.testing.assert_allclose(
        model.predict(x, verbose=0), parts[1].forward([first], keep=False), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("layout", ["torch", "flax", "nnx"])
def test_refused_elsewhere(layout: str) -> None:
    """No other framework has it; the default is theirs, and changes nothing."""
    text = f"layout: {layout}\nlayers:\n  - {{type: gru, inputs: 3, units: 4, reset_after: false}}\n"
    framework = "PyTorch" if layout == "torch" else "Flax"
    with pytest.raises(winitgen.SpecError) as error:
        parse_spec(text.encode(), "m.yaml")

    assert (
        f"m.yaml:3:51: layers[0].reset_after: {framework}'s GRU resets after the product with the recurrent kernel; leave "
        "reset_after out, or choose the layout keras"
    ) == str(error.value)
    both = [{"name": "g", "type": "gru", "units": 4, **more} for more in ({}, {"reset_after": True})]
    first, second = (metadata(winitgen.plan({"input": [7, 5], "layers": [layer]})) for layer in both)
    assert first == second
