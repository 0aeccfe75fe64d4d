"""The networks that are trained, as layer-specs, each with a head for eight classes."""

from __future__ import annotations

from typing import Any

CLASSES = 8

Spec = dict[str, Any]


def zero_head(spec: Spec) -> Spec:
    """Return a spec whose head starts at 0."""
    *layers, head = spec["layers"]
    return {**spec, "layers": [*layers, {**head, "init": "zeros"}]}


def _spec(given: Any, layers: list[Spec], init: Any, bias: Any = "zeros") -> Spec:
    """Return a spec whose kernels ``init`` draws: a scheme, or ``preset:NAME``."""
    if isinstance(init, str) and init.startswith("preset:"):
        defaults: Spec = {"preset": init.removeprefix("preset:")}
    else:
        defaults = {"init": init, "bias_init": bias}
    return {"input": given, "defaults": defaults, "layers": [*layers, _dense("head", CLASSES)]}


def _dense(name: str, units: int, activation: str | None = None) -> Spec:
    layer: Spec = {"name": name, "type": "dense", "units": units}
    return layer if activation is None else {**layer, "activation": activation}


def dense(activation: str, depth: int, init: Any, bias: Any = "zeros") -> Spec:
    """Return ``depth`` hidden layers of unequal widths."""
    widths = (96, 64, 80)
    layers = [_dense(f"fc{i}", widths[i % 3], activation) for i in range(depth)]
    return _spec(32, layers, init, bias)


def output(init: Any) -> Spec:
    """Return one layer of sigmoids, the output; it is trained with the squared error."""
    return {
        "input": 256,
        "layers": [{**_dense("fc", CLASSES, "sigmoid"), "init": init, "bias_init": "zeros"}],
    }


def conv(depth: int, init: Any, norm: bool = False) -> Spec:
    """Return ``depth`` convolutions of unequal widths with relu, with a batch norm before it or without."""
    layers: list[Spec] = []
    for i in range(depth):
        kernel = {"name": f"conv{i}", "type": "conv2d", "filters": (12, 16, 20)[i % 3]}
        kernel |= {"kernel_size": 3, "padding": 1}
        if norm:
            layers += [kernel, {"name": f"bn{i}", "type": "batch_norm", "activation": "relu"}]
        else:
            layers.append({**kernel, "activation": "relu"})
    return _spec([3, 6, 6], [*layers, {"type": "global_avg_pool2d"}], init)


def residual(blocks: int, init: Any, norm: bool = False) -> Spec:
    """Return blocks x + W relu(V x), with a layer norm before V and before the head, or without any."""
    layers: list[Spec] = [_dense("stem", 64)]
    for i in range(blocks):
        inner = [_dense(f"v{i}", 96, "relu"), _dense(f"w{i}", 64)]
        before: list[Spec] = [{"name": f"ln{i}", "type": "layer_norm"}] if norm else []
        layers.append({"type": "residual", "layers": [*before, *inner]})
    last: list[Spec] = [{"name": "ln", "type": "layer_norm"}] if norm else []
    return _spec(32, [*layers, *last], init)


def transformer(blocks: int, init: Any) -> Spec:
    """Return an encoder with a layer norm before each branch; the head sees the mean over 12 tokens."""
    layers: list[Spec] = [{"name": "embed", "type": "embedding", "count": 40, "dim": 32}]
    for i in range(blocks):
        attention = {"name": f"attn{i}", "type": "multi_head_attention", "heads": 4, "fused": True}
        attention["names"] = {"qkv": "in_proj", "output": "out_proj"}
        mlp = [_dense(f"up{i}", 96, "gelu"), _dense(f"down{i}", 32)]
        layers += [
            {"type": "residual", "layers": [{"name": f"l{i}", "type": "layer_norm"}, attention]},
            {"type": "residual", "layers": [{"name": f"m{i}", "type": "layer_norm"}, *mlp]},
        ]
    layers += [{"name": "ln", "type": "layer_norm"}, {"type": "mean", "axis": 0}]
    return _spec({"tokens": 12}, layers, init)


def lstm(levels: int, init: Any) -> Spec:
    """Return an LSTM over 16 steps of 8 features, whose last state the head sees."""
    layer: Spec = {"name": "lstm", "type": "lstm", "units": 40, "num_layers": levels}
    return _spec([16, 8], [layer], init)
