"""The options of the probe's attention against PyTorch, forward and back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.frameworks.attention import attention
from tests.frameworks.autograd import DTYPES, batch, compare
from tests.probing.one_layer import BIASES, operation

SAMPLES = 5
SIZES = {"x": [7, 12], "memory": [5, 9], "other": [5, 10]}

CROSS = {
    "source": {"heads": 3, "source": "memory"},
    "grouped": {"heads": 6, "kv_heads": 2, "source": "memory"},
    "values apart": {"heads": 4, "head_dim": 5, "source": "memory", "value_source": "other"},
    "of one layer": {"heads": 2, "source": "x"},
    "values of another": {"heads": 2, "value_source": "shifted"},
}
"""Attention to other layers; ``shifted`` is as long as the queries."""


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CROSS)
def test_cross_attention(case: str, dtype: str, torch: Any) -> None:
    """Keys and values come from other sequences, of other sizes; each gets its gradient."""
    layer = {"name": "attn", "type": "multi_head_attention", "from": "x", **BIASES, **CROSS[case]}
    sizes = {**SIZES, "shifted": [7, 8]}
    used = list(dict.fromkeys(["x", *(layer[key] for key in ("value_source", "source") if key in layer)]))
    own = operation(
        {name: sizes[name] for name in used} if len(used) > 1 else {"x": sizes["x"]}, layer, dtype=dtype
    )
    named = ["x", *(layer[key] for key in ("value_source", "source") if key in layer)]
    inputs = [batch(SAMPLES, *sizes[name], dtype=dtype, seed=seed) for seed, name in enumerate(named)]

    compare(own, torch, lambda *given: attention(own, torch, *given), inputs)


@pytest.mark.parametrize("parts", [["query", "key", "value"], ["query", "value", "output"], ["key"]])
def test_biases_of_some_parts(parts: list[str], torch: Any) -> None:
    """Only the parts that are named add a bias."""
    layer = {"type": "multi_head_attention", "heads": 3, "use_bias": parts, **BIASES}
    own = operation([7, 12], layer)

    compare(own, torch, lambda x: attention(own, torch, x), [batch(SAMPLES, 7, 12, dtype="float64")])


NORMS = {
    "rms of each head": {"query_key_norm": "rms_norm"},
    "rms of all heads": {"query_key_norm": "rms_norm", "norm_over": "width", "epsilon": 1e-3},
    "layer norm": {"query_key_norm": "layer_norm", "norm_over": "head", "epsilon": 0.1},
    "layer norm without a shift": {"query_key_norm": "layer_norm", "use_bias": ["query", "key", "value"]},
    "layer norm with one shift": {"query_key_norm": "layer_norm", "use_bias": ["query", "key_norm"]},
    "of all heads, with a shift": {"query_key_norm": "layer_norm", "norm_over": "width"},
    "named": {"query_key_norm": "rms_norm", "names": {"query_norm": "q_norm", "key_norm": "k_norm"}},
}
RANDOM = {
    "rules": [
        {"match": "*/gamma", "init": {"scheme": "normal", "mean": 1.0, "std": 0.3}},
        {"match": "*/beta", "init": {"scheme": "normal", "std": 0.3}},
    ]
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", NORMS)
def test_norms_of_queries_and_keys(case: str, dtype: str, torch: Any) -> None:
    """Queries and keys are normalised before the scores, with a learned scale and perhaps a shift."""
    options = {"heads": 6, "kv_heads": 2, "head_dim": 5, **NORMS[case]}
    shifted = options["query_key_norm"] == "layer_norm" and "key_norm" in options.get(
        "use_bias", ["key_norm"]
    )
    rules = RANDOM["rules"][: 1 + shifted]
    own = operation([7, 12], {"type": "multi_head_attention", **BIASES, **options}, dtype=dtype, rules=rules)

    compare(own, torch, lambda x: attention(own, torch, x), [batch(SAMPLES, 7, 12, dtype=dtype)])
