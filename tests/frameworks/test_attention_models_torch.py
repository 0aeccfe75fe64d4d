"""Models with attention to other layers, in PyTorch's own classes: loaded strictly, and with the same outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.frameworks.autograd import batch, close
from tests.probing.whole_model import signals

D, HEADS, HIDDEN, LAYERS = 12, 2, 20, 2
BIASES = {"bias_init": {"scheme": "normal", "std": 0.3}}
DRAWN = {"init": {"scheme": "normal", "mean": 1.0, "std": 0.2}, **BIASES}
"""Scales and shifts of norms that are not 1 and 0."""


def attention(name: str, **options: Any) -> dict[str, Any]:
    """Return an `nn.MultiheadAttention`."""
    names = {"qkv": "in_proj", "output": "out_proj"}
    return {
        "name": name,
        "type": "multi_head_attention",
        "heads": HEADS,
        "fused": True,
        "names": names,
        **options,
    }


def block(*attentions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a layer of PyTorch's encoder or decoder, with the norm after each sum."""
    layers: list[dict[str, Any]] = []
    for number, one in enumerate(attentions, 1):
        layers += [
            {"type": "residual", "layers": [one]},
            {"name": f"norm{number}", "type": "layer_norm", **DRAWN},
        ]
    feed_forward = [
        {"name": "linear1", "type": "dense", "units": HIDDEN, "activation": "relu"},
        {"name": "linear2", "type": "dense", "units": D},
    ]
    last = {"name": f"norm{len(attentions) + 1}", "type": "layer_norm", **DRAWN}
    return [*layers, {"type": "residual", "layers": feed_forward}, last]


def stack(name: str, source: str, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return PyTorch's encoder or decoder, with a norm at its end."""
    repeat = {"type": "repeat", "name": "layers.{i}", "times": LAYERS, "layers": layers}
    norm = {"name": "norm", "type": "layer_norm", **DRAWN}
    return {"type": "group", "name": name, "from": source, "layers": [repeat, norm]}


TRANSFORMER = {
    "input": {"src": [9, D], "tgt": [7, D]},
    "outputs": ["decoder"],
    "defaults": BIASES,
    "layers": [
        stack("encoder", "src", block(attention("self_attn"))),
        stack("decoder", "tgt", block(attention("self_attn"), attention("multihead_attn", source="encoder"))),
    ],
}


def transformer(torch: Any) -> Any:
    """Return `nn.Transformer` of the spec."""
    return torch.nn.Transformer(
        D, HEADS, LAYERS, LAYERS, HIDDEN, dropout=0.0, batch_first=True, dtype=torch.float64
    )


def test_an_encoder_and_a_decoder(torch: Any, fill: Callable[..., Any]) -> None:
    """One spec with two inputs is `nn.Transformer`, tensor for tensor and output for output."""
    model = fill(transformer(torch), TRANSFORMER, dtype="float64").eval()
    inputs = {"src": batch(4, 9, D, dtype="float64"), "tgt": batch(4, 7, D, dtype="float64", seed=1)}
    with torch.no_grad():
        expected = model(*(torch.tensor(array) for array in inputs.values())).numpy()

    found = signals({**TRANSFORMER, "dtype": "float64"}, inputs)

    close(expected, found["decoder.norm"], "float64")


def test_the_decoder_sees_the_encoder(torch: Any) -> None:
    """Another source changes the decoder's output."""
    rng = np.random.default_rng(0)
    inputs = {"src": rng.normal(size=(1, 9, D)), "tgt": rng.normal(size=(1, 7, D))}
    first, second = (
        signals(TRANSFORMER, {**inputs, "src": inputs["src"] * scale})["decoder.norm"] for scale in (1, 2)
    )

    assert np.abs(first - second).max() > 0.01


NAMES = {"qkv": "in_proj", "query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "out_proj"}
MODULES = {
    "of equal sizes": {"add_bias_kv": True},
    "of other keys and values": {"kdim": 9, "vdim": 10, "add_bias_kv": True},
    "of other keys and values, without biases": {"kdim": 9, "vdim": 10, "bias": False},
}


@pytest.mark.parametrize("case", MODULES)
def test_multihead_attention(case: str, torch: Any, fill: Callable[..., Any]) -> None:
    """`nn.MultiheadAttention` with keys and values of other sizes and learned ones: same tensors, same outputs."""
    options = MODULES[case]
    sizes = {"x": [7, D], "memory": [5, options.get("kdim", D)], "other": [5, options.get("vdim", D)]}
    layer = attention("attn", source="memory", value_source="other", bias_kv="add_bias_kv" in options)
    layer |= {"names": NAMES, "use_bias": options.get("bias", True), "from": "x"}
    spec = {"input": sizes, "defaults": BIASES, "dtype": "float64", "layers": [layer]}
    module = torch.nn.MultiheadAttention(D, HEADS, batch_first=True, dtype=torch.float64, **options)
    fill(torch.nn.ModuleDict({"attn": module}), spec)
    inputs = {
        name: batch(4, *size, dtype="float64", seed=seed) for seed, (name, size) in enumerate(sizes.items())
    }
    expected = module(*(torch.tensor(array) for array in inputs.values()))[0].detach().numpy()

    close(expected, signals(spec, inputs)["attn"], "float64")
