"""Layers that contain no others, each with its output flow, by construction."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.hostile.schemes import (
    DTYPES,
    FRAMEWORKS,
    Draw,
    activation,
    anywhere,
    bias,
    by_fans,
    kernel,
    maybe,
    number,
    one,
)

Layer = dict[str, Any]


class Flow(NamedTuple):
    """A flow: its shape, channels first, and whether it is an image or tokens."""

    shape: tuple[int, ...]
    image: bool = False
    tokens: bool = False


def divisor(draw: Draw, *numbers: int) -> int:
    """Return a number that divides all of the numbers."""
    return int(one(draw, *(d for d in range(1, min(numbers) + 1) if all(n % d == 0 for n in numbers))))


class Leaves:
    """Makes layers with unique names; ``targets`` are the ids of kernels that a rule can match."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.count = 0
        self.vars: dict[str, Any] = {}
        self.targets: list[tuple[str, str]] = []
        self.preset = ""
        self.tables: list[tuple[str, int, int]] = []

    def _name(self) -> str:
        self.count += 1
        return one(self.draw, "a", "Layer_", "x-", "n.o", "9") + str(self.count)

    def _size(self, most: int = 6) -> int:
        return number(self.draw, 1, most)

    def _number(self, value: int) -> Any:
        """Return a number, or an expression with that value."""
        if not self.vars or maybe(self.draw):
            return value
        rest = value - int(self.vars["d"])
        sign = "+" if rest >= 0 else "-"
        return one(
            self.draw, f"${{d {sign} {abs(rest)}}}", f"${{{value}}}", f"${{sqrt({value} ** 2)}}", value
        )

    def _param(self) -> Layer:
        shape = [self._size(3) for _ in range(number(self.draw, 0, 3))]
        layer: Layer = {"type": "param", "name": self._name(), "shape": shape, "init": anywhere(self.draw)}
        if maybe(self.draw):
            layer |= {"fan_in": 3, "fan_out": 4, "init": by_fans(self.draw)}
        return layer

    def _embedding(self, flow: Flow) -> tuple[Layer, Flow]:
        count, dim = self._size(), self._size()
        layer: Layer = {"type": "embedding", "count": self._number(count), "dim": self._number(dim)}
        if maybe(self.draw):
            layer["name"] = self._name()
            self.tables.append((layer["name"], count, dim))
        if maybe(self.draw):
            layer["padding_index"] = number(self.draw, 0, count - 1)
        if maybe(self.draw):
            layer["init"] = one(self.draw, anywhere(self.draw), by_fans(self.draw))
        return layer, Flow((*flow.shape, dim))

    def _words(self, layer: Layer, *, matrix: bool, biased: bool = True) -> Layer:
        """Add some of the options of a kernel."""
        if maybe(self.draw):
            layer["name"] = self._name()
            if layer["type"] in ("dense", "conv1d", "conv2d"):
                self.targets.append((f"{layer['name']}/kernel", layer["type"]))
        if maybe(self.draw):
            layer["activation"] = activation(self.draw)
        choice = number(self.draw, 0, 6)
        if choice == 0:
            layer["use_bias"] = False
        elif choice == 1 and biased:
            layer |= {"use_bias": True, "bias_init": bias(self.draw)}
        elif choice == 2:
            layer["dtype"] = one(self.draw, *DTYPES)
        elif choice == 3:
            layer["quirks"] = one(self.draw, *FRAMEWORKS, "none")
        if maybe(self.draw):
            layer["init"] = kernel(self.draw, matrix=matrix)
        return layer

    def _dense(self, flow: Flow, units: int) -> Layer:
        layer = self._words({"type": "dense", "units": self._number(units)}, matrix=True)
        if number(self.draw, 0, 5) == 0:
            layer["stored"] = "in_out"
        if number(self.draw, 0, 5) == 0:
            layer["inputs"] = flow.shape[-1]
        return layer

    def _gated(self, flow: Flow) -> Layer:
        layer: Layer = {"type": "gated_mlp", "units": self._number(self._size())}
        if maybe(self.draw):
            layer |= {"activation": activation(self.draw), "names": {"up": "rise", "gate": "w.1"}}
        if maybe(self.draw):
            layer["init"] = by_fans(self.draw)
        return layer

    def _experts(self, flow: Flow) -> Layer:
        count, fused = self._size(4), maybe(self.draw)
        layer: Layer = {"type": "experts", "count": self._number(count), "units": self._number(self._size())}
        layer |= {"per_token": number(self.draw, 1, count), "stacked": maybe(self.draw), "fused": fused}
        layer |= {"interleaved": fused and maybe(self.draw), "router_bias": maybe(self.draw)}
        if not fused and maybe(self.draw):
            layer |= {"gated": False, "activation": activation(self.draw)}
        if maybe(self.draw):
            layer |= {"selection_bias": True, "router_dtype": one(self.draw, *DTYPES)}
        if maybe(self.draw):
            layer |= {"stored": "in_out", "names": {"router": "gate"}}
        if maybe(self.draw):
            layer["init"] = by_fans(self.draw)
        return layer

    def _attention(self, flow: Flow) -> Layer:
        features = flow.shape[-1]
        heads = divisor(self.draw, features)
        layer: Layer = {"type": "multi_head_attention", "heads": heads, "fused": maybe(self.draw)}
        if maybe(self.draw):
            layer["kv_heads"] = divisor(self.draw, heads)
        if maybe(self.draw):
            layer["head_dim"] = self._number(self._size(3))
        if maybe(self.draw):
            layer |= {"causal": maybe(self.draw), "window": self._number(self._size(3))}
        if layer["fused"] and maybe(self.draw):
            layer["names"] = {"qkv": one(self.draw, "c_attn", "in_proj"), "output": "c_proj"}
        return layer

    def _positions(self, flow: Flow) -> Layer:
        count, dim = flow.shape[0] + self._size(), flow.shape[1]
        layer: Layer = {"type": "positional_embedding", "count": count, "dim": dim}
        if maybe(self.draw):
            layer |= {"bare": True, "shape": [1, count, dim]}
        return layer

    def _recurrent(self, flow: Flow, units: int, *, keeps: bool) -> tuple[Layer, Flow]:
        kind = one(self.draw, "rnn", "lstm", "gru")
        layer: Layer = {"type": kind, "units": self._number(units), "num_layers": number(self.draw, 1, 2)}
        both, every = (False, True) if keeps else (maybe(self.draw), maybe(self.draw))
        layer |= {"bidirectional": both, "return_sequences": every}
        if kind == "rnn" and maybe(self.draw):
            layer["activation"] = "relu"
        if kind == "lstm" and not self.preset and maybe(self.draw):  # PyTorch has a second bias
            scheme = one(self.draw, {"scheme": "chrono", "t_max": 20}, {"scheme": "forget_bias", "value": 2})
            layer |= {"use_bias": True, "bias_init": scheme}
        if maybe(self.draw):
            layer["init"] = one(self.draw, by_fans(self.draw), anywhere(self.draw), "orthogonal")
        if kind == "lstm" and not keeps and units > 1 and maybe(self.draw):
            units = number(self.draw, 1, units - 1)
            layer["projection"] = self._number(units)
        features = units * (2 if both else 1)
        return layer, Flow((flow.shape[0], features) if every else (features,))

    def _norm(self, flow: Flow) -> Layer:
        rank = len(flow.shape) - 1
        kinds = ["batch_norm", "group_norm", "layer_norm", "rms_norm", *(["instance_norm"] if rank else [])]
        layer: Layer = {"type": one(self.draw, *kinds)}
        if layer["type"] == "group_norm":
            layer["groups"] = divisor(self.draw, flow.shape[0])
        if maybe(self.draw):
            layer["affine"] = maybe(self.draw)
        affine = layer.get("affine", layer["type"] != "instance_norm")
        if affine and maybe(self.draw):
            layer["init"] = anywhere(self.draw)
        if affine and layer["type"] != "rms_norm" and maybe(self.draw):
            layer["bias_init"] = anywhere(self.draw)
        if maybe(self.draw):
            layer["activation"] = activation(self.draw)
        if maybe(self.draw):
            layer["epsilon"] = 1e-3
        return layer

    def _elementwise(self, flow: Flow) -> Layer:
        return one(
            self.draw,
            {"type": "dropout"},
            {"type": "dropout", "rate": 0.25},
            {"type": "activation", "activation": activation(self.draw)},
            {"type": "prelu"},
            {"type": "prelu", "per_channel": True},
            {"type": "prelu", "init": {"scheme": "constant", "value": 0.125}},
            self._broadcast(flow),
        )

    def _broadcast(self, flow: Flow) -> Layer:
        every = list(range(len(flow.shape)))
        layer: Layer = {"type": one(self.draw, "scale", "shift"), "axis": one(self.draw, 0, -1, [], every)}
        if layer["axis"] == 0 and maybe(self.draw):
            layer["shape"] = [flow.shape[0], *(1 for _ in flow.shape[1:])]
        if maybe(self.draw):
            layer["init"] = anywhere(self.draw)
        return layer

    def _token(self, flow: Flow) -> tuple[Layer, Flow]:
        positions, features = flow.shape
        count = number(self.draw, 1, 3)
        at = one(self.draw, "start", "end", number(self.draw, 0, positions))
        return {"type": "token", "count": count, "at": at}, Flow((positions + count, features))
