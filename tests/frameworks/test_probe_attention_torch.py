"""The options of the probe's attention against PyTorch, forward and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.frameworks.attention import attention, dense
from tests.frameworks.autograd import DTYPES, batch, close, compare, tensors
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
    "rms less 1": {"query_key_norm": "rms_norm", "norm_offset": True},
    "layer norm less 1": {"query_key_norm": "layer_norm", "norm_offset": True, "norm_over": "width"},
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


SCORES = {
    "causal": {"causal": True},
    "near": {"window": 3},
    "near, before": {"window": 3, "causal": True, "kv_heads": 2},
    "itself": {"window": 1},
    "bounded": {"softcap": 0.7},
    "scaled": {"score_scale": 1},
    "turned": {"rotary": 100, "head_dim": 6},
    "sinks": {"sinks": True, "kv_heads": 3, "names": {"sinks": "sink"}},
    "wide values": {"value_dim": 5, "kv_heads": 3},
    "narrow values": {"value_dim": 1, "head_dim": 4, "query_key_norm": "rms_norm"},
    "learned keys": {"bias_kv": True, "value_dim": 3, "kv_heads": 2, "names": {"bias_k": "more_keys"}},
    "learned keys, masked": {"bias_kv": True, "causal": True, "sinks": True},
    "all": {
        "causal": True,
        "window": 4,
        "softcap": 1.5,
        "score_scale": 0.4,
        "rotary": 50,
        "sinks": True,
        "query_key_norm": "rms_norm",
        "kv_heads": 3,
    },
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", SCORES)
def test_scores(case: str, dtype: str, torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Masks, bounds, factors, turned positions and sinks change the shares as in PyTorch, forward and back."""
    monkeypatch.setattr("winitgen.probing.operations.attention.BLOCK", 700)
    layer = {"type": "multi_head_attention", "heads": 6, **BIASES, **SCORES[case]}
    rules = [{"match": "*.sink*", "init": "normal"}] if "sinks" in SCORES[case] else []
    own = operation([7, 12], layer, dtype=dtype, rules=rules, threads=2)

    compare(own, torch, lambda x: attention(own, torch, x), [batch(SAMPLES, 7, 12, dtype=dtype)])


def test_a_mask_of_other_positions(torch: Any) -> None:
    """A causal mask between sequences of equal length, from another layer, is that of PyTorch's own function."""
    layer = {"type": "multi_head_attention", "heads": 3, "causal": True, "from": "x", "source": "memory"}
    own = operation({"x": [7, 12], "memory": [7, 9]}, {**layer, **BIASES})
    inputs = [batch(SAMPLES, 7, size, dtype="float64") for size in (12, 9)]

    def reference(*given: Any) -> Any:
        query, key, value = (
            dense(own, part, x, torch).unflatten(-1, (3, -1)).transpose(1, 2)
            for part, x in zip(("query", "key", "value"), (given[0], given[1], given[1]), strict=True)
        )
        seen = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return dense(own, "output", seen.transpose(1, 2).flatten(2), torch)

    compare(own, torch, reference, inputs)


def test_what_is_masked_is_not_measured(torch: Any) -> None:
    """`pre` has the scores of all pairs: those that are masked are as large as the others."""
    own = operation([7, 12], {"type": "multi_head_attention", "heads": 3, "causal": True})
    own.forward([batch(2, 7, 12, dtype="float64")], keep=False)

    assert own.pre is not None
    assert bool(np.isfinite(own.pre).all())


def of_map(size: list[int]) -> tuple[list[int], dict[str, Any]]:
    """Return an image, and the layer that makes it a map of a size, with its features last."""
    return [size[-1], *size[:-1]], {"type": "permute", "axes": [*range(1, len(size)), 0]}


WINDOWS = {
    "square": ([6, 9, 12], [3, 3], None),
    "shifted": ([6, 9, 12], [3, 3], 1),
    "shifted unevenly": ([8, 6, 12], [4, 2], [3, 1]),
    "along one axis": ([6, 8, 12], [3, 4], [0, 2]),
    "of the whole map": ([3, 6, 12], [3, 3], [1, 1]),
    "volume": ([4, 6, 4, 12], [2, 3, 2], [1, 1, 1]),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", WINDOWS)
def test_windows_of_a_map(case: str, dtype: str, torch: Any, torchvision: Any) -> None:
    """Windows, cyclic shifts and their masks are those of torchvision's Swin Transformers."""
    size, window, shift = WINDOWS[case]
    layer = {"type": "multi_head_attention", "heads": 3, "fused": True, "window": window, **BIASES}
    own = operation(*of_map(size), {**layer, **({} if shift is None else {"shift": shift})}, dtype=dtype)
    parts = [tensors(own, torch, "kernel", "bias", part=part) for part in ("query", "key", "value", "output")]
    kernels, biases = zip(*parts, strict=True)
    shifts = [shift or 0] * len(window) if shift is None or isinstance(shift, int) else shift
    apart = math.prod(window)
    nothing = torch.zeros(1, 3, apart, apart, dtype=kernels[0].dtype)

    def reference(x: Any) -> Any:
        video = len(window) == 3
        package = torchvision.models.video if video else torchvision.models
        name = f"shifted_window_attention{'_3d' if video else ''}"
        function = getattr(package.swin_transformer, name)
        return function(
            x,
            torch.cat(kernels[:3]),
            kernels[3],
            nothing,
            window,
            3,
            shift_size=list(shifts),
            qkv_bias=torch.cat(biases[:3]),
            proj_bias=biases[3],
        )

    compare(own, torch, reference, [batch(2, *size, dtype=dtype)])


def test_windows_of_a_sequence(torch: Any) -> None:
    """A list of one size cuts a sequence into blocks, each attended by itself."""
    own = operation([12, 8], {"type": "multi_head_attention", "heads": 2, "window": [4], **BIASES})
    whole = operation([4, 8], {"type": "multi_head_attention", "heads": 2, **BIASES})
    x = batch(3, 12, 8, dtype="float64")

    close(
        whole.forward([x.reshape(9, 4, 8)], keep=False).reshape(x.shape),
        own.forward([x], keep=False),
        "float64",
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "options", [{}, {"softcap": 0.8, "kv_heads": 3, "causal": True}], ids=["plain", "bounded"]
)
def test_a_bias_of_scores(options: dict[str, Any], dtype: str, torch: Any) -> None:
    """Another layer's output is added to the scores of each sample, and gets its gradient."""
    layer = {"type": "multi_head_attention", "heads": 6, "from": "x", "position_bias": "bias", **BIASES}
    own = operation({"x": [7, 12], "bias": [6, 7, 7]}, {**layer, **options}, dtype=dtype)
    inputs = [batch(SAMPLES, 7, 12, dtype=dtype), batch(SAMPLES, 6, 7, 7, dtype=dtype, seed=2)]

    compare(own, torch, lambda *given: attention(own, torch, *given), inputs)


def test_a_bias_of_windows(torch: Any) -> None:
    """Each window of a sample gets the sample's bias; its gradient is the sum over the windows."""
    layer = {"type": "multi_head_attention", "heads": 2, "window": [4], **BIASES}
    own = operation({"x": [12, 8], "bias": [2, 4, 4]}, {**layer, "from": "x", "position_bias": "bias"})
    whole = operation({"x": [4, 8], "bias": [2, 4, 4]}, {**layer, "from": "x", "position_bias": "bias"})
    x, bias = batch(3, 12, 8, dtype="float64"), batch(3, 2, 4, 4, dtype="float64", seed=2)
    gradient = batch(3, 12, 8, dtype="float64", seed=3)
    out, apart = own.forward([x, bias], keep=True), [array.reshape(9, 4, 8) for array in (x, gradient)]
    expected = whole.forward([apart[0], bias.repeat(3, 0)], keep=True)
    to_x, to_bias = whole.backward(apart[1])
    assert to_x is not None
    assert to_bias is not None
    found = own.backward(gradient)

    close(expected.reshape(out.shape), out, "float64")
    close(to_x.reshape(x.shape), found[0], "float64")
    close(to_bias.reshape(3, 3, 2, 4, 4).sum(1), found[1], "float64")


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_table_of_a_window(dtype: str, torch: Any, torchvision: Any) -> None:
    """Attention in windows with a table of offsets is torchvision's, table and all."""
    table = {"name": "table", "type": "position_bias", "heads": 3, "window": [3, 2], "init": "normal"}
    layer = {
        "type": "multi_head_attention",
        "heads": 3,
        "window": [3, 2],
        "shift": [1, 1],
        "position_bias": "table",
    }
    bias = operation(*of_map([6, 8, 12]), table, dtype=dtype)
    own = operation(*of_map([6, 8, 12]), table, {**layer, **BIASES}, dtype=dtype)
    (rows,) = tensors(bias, torch, "")
    module = torchvision.models.swin_transformer.ShiftedWindowAttention(12, [3, 2], [1, 1], 3)
    module = module.to(rows.dtype)
    state = {"relative_position_bias_table": rows, "relative_position_index": module.relative_position_index}
    for name, parts in {"qkv": ("query", "key", "value"), "proj": ("output",)}.items():
        kernels, biases = zip(
            *(tensors(own, torch, "kernel", "bias", part=part) for part in parts), strict=True
        )
        state |= {f"{name}.weight": torch.cat(kernels), f"{name}.bias": torch.cat(biases)}
    module.load_state_dict(state)
    x = torch.tensor(batch(2, 6, 8, 12, dtype=dtype), requires_grad=True)
    gradient = batch(2, 6, 8, 12, dtype=dtype, seed=1)
    expected = module(x)
    expected.backward(torch.tensor(gradient))
    given = [x.detach().numpy(), bias.forward([x.detach().numpy()], keep=False)]

    close(expected.detach().numpy(), own.forward(given, keep=True), dtype)
    back, nothing = own.backward(gradient)
    assert x.grad is not None
    close(x.grad.numpy(), back, dtype)
    assert nothing is None
