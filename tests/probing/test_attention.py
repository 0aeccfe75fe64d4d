"""Plain attention is computed operation by operation as it always was: what a probe reports does not change."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.probing.one_layer import BIASES, operation
from winitgen.probing.activations import softmax, softmax_back

S, T, D = 6, 8, 12
PLAIN = {"heads": {"heads": 3}, "grouped": {"heads": 4, "kv_heads": 2, "head_dim": 5}}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", PLAIN)
def test_plain_attention_keeps_its_bits(case: str, dtype: str) -> None:
    """Without options, outputs and gradients are bit for bit those of the formulas as written here."""
    layer: dict[str, Any] = {"type": "multi_head_attention", **BIASES, **PLAIN[case]}
    own = operation([T, D], layer, dtype=dtype)
    x, gradient = (np.random.default_rng(seed).normal(size=(S, T, D)).astype(dtype) for seed in (0, 1))
    heads, shared = layer["heads"], layer.get("kv_heads", layer["heads"])
    kernels = {part: own.weights.needed("kernel", part) for part in ("query", "key", "value", "output")}

    def affine(array: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        out = array.reshape(S * T, -1) @ kernel.T
        return (out if bias is None else out + bias).reshape(S, T, -1)

    def split(array: np.ndarray) -> np.ndarray:
        width = len(kernels["query"]) // heads
        return array.reshape(S, T, shared, -1, width).transpose(0, 2, 3, 1, 4)

    def joined(array: np.ndarray) -> np.ndarray:
        return array.transpose(0, 3, 1, 2, 4).reshape(S, T, -1)

    factor = 1 / math.sqrt(len(kernels["query"]) // heads)
    query, key, value = (
        affine(x, kernels[part], own.weights.array("bias", part)) for part in list(kernels)[:3]
    )
    queries, keys, values = (split(array) for array in (query * factor, key, value))
    shares = softmax(queries @ keys.swapaxes(-1, -2), -1)
    expected = affine(joined(shares @ values), kernels["output"], own.weights.array("bias", "output"))
    given = split(affine(gradient, kernels["output"].T))
    to_scores = softmax_back(shares, given @ values.swapaxes(-1, -2), -1)
    back = {
        "query": joined(to_scores @ keys) * factor,
        "key": joined(np.sum(to_scores.swapaxes(-1, -2) @ queries, 2, keepdims=True)),
        "value": joined(np.sum(shares.swapaxes(-1, -2) @ given, 2, keepdims=True)),
    }
    to_x = sum(affine(array, kernels[part].T) for part, array in back.items())

    assert expected.tobytes() == own.forward([x], keep=True).tobytes()
    assert to_x.tobytes() == own.backward(gradient)[0].tobytes()
