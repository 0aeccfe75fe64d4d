"""A gradient that float32 loses is sent back once more, in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from tests.probing.one_layer import operation

RECURRENT = ("rnn", "lstm", "gru")

LAYERS: dict[str, tuple[Any, dict[str, Any]]] = {
    **{kind: ([5, 3], {"type": kind, "units": 4, "num_layers": 2}) for kind in RECURRENT},
    "last of both": ([5, 3], {"type": "gru", "units": 4, "bidirectional": True, "return_sequences": False}),
    "projected": ([5, 3], {"type": "lstm", "units": 4, "projection": 2}),
    "attention": ([5, 4], {"type": "multi_head_attention", "heads": 2}),
    "experts": ([5, 4], {"type": "experts", "count": 3, "per_token": 2, "units": 6}),
    "gated": ([5, 4], {"type": "gated_mlp", "units": 6}),
    "norm": ([5, 4], {"type": "layer_norm"}),
    "dense": ([5, 4], {"type": "dense", "units": 3}),
    "conv": ([2, 6, 7], {"type": "conv2d", "filters": 3, "kernel_size": 3}),
    "pool": ([2, 6, 8], {"type": "max_pool2d", "pool_size": 2}),
    "slope": ([5, 4], {"type": "prelu"}),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_a_second_time_in_float64(kind: str) -> None:
    """The same gradient, 2^-300 times as large, has 2^-300 times the result, which float32 does not hold."""
    size, layer = LAYERS[kind]
    one = operation(size, {"name": "l", **layer}, dtype="float32")
    rng: Any = np.random.default_rng(3)
    out = one.forward([rng.normal(size=(7, *size)).astype(np.float32)], keep=True)
    gradient = rng.normal(size=out.shape).astype(np.float32)

    (first,), (again,) = one.backward(gradient.copy()), one.backward(gradient.copy())
    (small,) = one.backward(np.ldexp(gradient.astype(np.float64), -300))

    assert first is not None
    assert small is not None
    assert np.float64 == small.dtype
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(np.ldexp(small, 300), first, rtol=1e-3, atol=1e-5)
    assert np.any(small)


def test_both_inputs_of_a_bilinear_form() -> None:
    """The gradients of both are float64 the second time."""
    layers = [{"name": name, "type": "dense", "units": 3, "from": "input"} for name in ("a", "b")]
    form = {"name": "f", "type": "bilinear", "units": 2, "from": "a", "other": "b"}
    one = operation(4, *layers, form, dtype="float32")
    rng = np.random.default_rng(3)
    one.forward([rng.normal(size=(7, 3)).astype(np.float32) for _ in range(2)], keep=True)
    gradient = rng.normal(size=(7, 2))

    found: Any = one.backward(gradient.astype(np.float32)), one.backward(np.ldexp(gradient, -300))
    for first, small in zip(*found, strict=True):
        np.testing.assert_allclose(np.ldexp(small, 300), first, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("options", [{"compare": ["he", "zeros"]}, {"sweep": {"gain": [1e20, 1e29]}}])
def test_recurrent_layers_without_a_gradient(kind: str, options: dict[str, Any]) -> None:
    """Weights of 0 and gates that are all saturated send none back: that is measured, and no error."""
    report = winitgen.probe({"input": [8, 3], "layers": [{"name": "l", "type": kind, "units": 4}]}, samples=20, **options)  # fmt: skip

    assert 2 == len(report["runs"])
    assert all(run["layers"][0]["gradient"] is not None for run in report["runs"])
