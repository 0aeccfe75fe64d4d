"""Layer-specs that are valid by construction: every layer type, every way that a signal can flow.

Sizes are worked out here a second time, from the papers' and frameworks' formulas, so that a spec
that winitgen refuses, or that gives other shapes, is a mistake in one of the two.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.hostile.schemes import (
    DISTRIBUTIONS,
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
    """What flows: its shape, channels first, and whether it is an image or tokens."""

    shape: tuple[int, ...]
    image: bool = False
    tokens: bool = False


def divisor(draw: Draw, *numbers: int) -> int:
    """Return a number that divides all of the numbers."""
    return int(one(draw, *(d for d in range(1, min(numbers) + 1) if all(n % d == 0 for n in numbers))))


class Model(NamedTuple):
    """A valid spec, and how many features flow into its last drawn kernel."""

    spec: dict[str, Any]
    features: int


class Maker:
    """Makes one spec. Names are new each time; ``outputs`` are those that ``from`` can name here."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.count = 0
        self.vars: dict[str, Any] = {}
        self.targets: list[tuple[str, str]] = []
        self.outputs: list[tuple[str, Flow]] = []
        self.preset = ""
        self.tables: list[tuple[str, int, int]] = []

    def model(self) -> Model:
        """Return a whole spec."""
        spec: dict[str, Any] = {}
        if maybe(self.draw):
            self.vars = {"d": number(self.draw, 1, 5), "e": "${d + 1}", "f": 0.5}
            spec["vars"] = self.vars
        self._options(spec)
        flow, spec["input"] = self._input()
        layers, flow = self._layers(flow, number(self.draw, 1, 4), depth=0)
        ending, features = self._ending(flow)
        layers += ending
        if self.targets and maybe(self.draw):
            spec["rules"] = [self._rule(*one(self.draw, *self.targets))]
        return Model({**spec, "layers": layers}, features)

    def _input(self) -> tuple[Flow, Any]:
        """Return what flows in, and the spec's words for it."""
        n = self._size
        kind = number(self.draw, 0, 4)
        if kind == 0:
            return Flow((3,), tokens=True), {"tokens": 3}
        shapes: list[tuple[int, ...]] = [(n(),), (n(), n() + 3), (n(), 5, 6), (n(), 4, 4, 5)]
        shape = shapes[kind - 1]
        return Flow(shape), shape[0] if len(shape) == 1 and maybe(self.draw) else list(shape)

    def _ending(self, flow: Flow) -> tuple[list[Layer], int]:
        """Return last layers with a kernel, so that there is something to write, and the features before it.

        Behind them may be one that is tied to a table of vectors.
        """
        layers: list[Layer] = []
        if flow.tokens:
            layer, flow = self._embedding(flow)
            layers.append(layer)
        if len(flow.shape) > 1:
            layers.append({"type": "flatten"})
        features = math.prod(flow.shape)
        last = {"name": self._name(), "type": "dense", "units": 2, "init": "he", "use_bias": True}
        if not self.tables or maybe(self.draw):
            return [*layers, last], features
        name, count, dim = one(self.draw, *self.tables)
        before = {"type": "dense", "units": dim, "activation": "relu"}
        tied: Layer = {"type": "dense", "units": count, "tied_to": name, "name": self._name()}
        if maybe(self.draw):
            tied |= {"tied": "omit", "use_bias": False}
        return [*layers, before, tied, last], count

    def _options(self, spec: dict[str, Any]) -> None:
        """Add what holds for the whole model."""
        if maybe(self.draw):
            spec["model"] = one(self.draw, "net", "a model", "caf\u00e9 \u4e16\u754c", "\x1b[31m<b>&\u202e")
        if maybe(self.draw):
            spec["seed"] = one(self.draw, 0, 7, 2**63, 2**64 - 1)
        spec["dtype"] = one(self.draw, *DTYPES)
        defaults: dict[str, Any] = {}
        if maybe(self.draw):
            defaults["distribution"] = one(self.draw, *DISTRIBUTIONS)
        if maybe(self.draw):
            defaults["use_bias"] = maybe(self.draw)
        choice = number(self.draw, 0, 5)
        if choice == 0:
            defaults["preset"] = self.preset = one(self.draw, *FRAMEWORKS)
        elif choice == 1:
            defaults["init"] = one(self.draw, by_fans(self.draw, choice=False), anywhere(self.draw), "auto")
            defaults["bias_init"] = anywhere(self.draw)
        elif choice == 2:
            defaults["quirks"] = one(self.draw, *FRAMEWORKS, "none")
        if defaults:
            spec["defaults"] = defaults

    def _rule(self, parameter_id: str, kind: str) -> dict[str, Any]:
        """Return a rule that one kernel is drawn by."""
        rule: dict[str, Any] = {"match": parameter_id, "init": one(self.draw, by_fans(self.draw), "normal")}
        if maybe(self.draw):
            rule["type"] = kind
        if maybe(self.draw):
            rule["role"] = "kernel"
        return rule

    def _name(self) -> str:
        self.count += 1
        return one(self.draw, "a", "Layer_", "x-", "n.o", "9") + str(self.count)

    def _size(self, most: int = 6) -> int:
        return number(self.draw, 1, most)

    def _number(self, value: int) -> Any:
        """Return a number, or arithmetic that gives it."""
        if not self.vars or maybe(self.draw):
            return value
        rest = value - int(self.vars["d"])
        sign = "+" if rest >= 0 else "-"
        return one(
            self.draw, f"${{d {sign} {abs(rest)}}}", f"${{{value}}}", f"${{sqrt({value} ** 2)}}", value
        )

    def _layers(self, flow: Flow, count: int, depth: int) -> tuple[list[Layer], Flow]:
        """Return layers, and what flows out of the last of them."""
        layers: list[Layer] = []
        start, before = flow, len(self.outputs)
        for _ in range(count):
            if flow.tokens:
                layer, flow = self._embedding(flow)
            elif depth < 2 and number(self.draw, 0, 3) == 0:
                layer, flow = self._container(flow, depth)
            elif len(self.outputs) > before and number(self.draw, 0, 4) == 0:
                layer, flow = self._merge(flow, start, self.outputs[before:])
            else:
                layer, flow = self._layer(flow)
            layers.append(layer)
            if "name" in layer and "{" not in layer["name"]:
                self.outputs.append((layer["name"], flow))
            if number(self.draw, 0, 9) == 0:
                layers.append(self._param())
        del self.outputs[before:]
        return layers, flow

    def _container(self, flow: Flow, depth: int) -> tuple[Layer, Flow]:
        """Return a group, a residual or a repetition."""
        kind = one(self.draw, "group", "residual", "repeat")
        known, self.targets = self.targets, []
        try:
            if kind == "group":
                layers, out = self._layers(flow, number(self.draw, 1, 3), depth + 1)
                return {
                    "type": kind,
                    "layers": layers,
                    **({"name": self._name()} if maybe(self.draw) else {}),
                }, out
            if kind == "residual":
                layer: Layer = {"type": "residual", "name": self._name(), "layers": self._kept(flow)}
                if maybe(self.draw):
                    layer["shortcut"] = self._kept(flow)
                if maybe(self.draw):
                    layer["activation"] = activation(self.draw)
                return layer, flow
            index = one(self.draw, "i", "k", "stage")
            name = one(self.draw, f"r{self.count}.{{{index}}}", f"r{self.count}_${{{index} + 1}}")
            self.count += 1
            layer = {
                "type": "repeat",
                "times": number(self.draw, 0, 3),
                "name": name,
                "layers": self._kept(flow),
            }
            if index != "i" or maybe(self.draw):
                layer["index"] = index
            if maybe(self.draw):
                layer["start"] = number(self.draw, 0, 3)
            return layer, flow
        finally:
            self.targets = known

    def _kept(self, flow: Flow) -> list[Layer]:
        """Return layers behind which the same shape flows."""
        return [self._keeping(flow) for _ in range(number(self.draw, 1, 2))]

    def _merge(self, flow: Flow, start: Flow, earlier: list[tuple[str, Flow]]) -> tuple[Layer, Flow]:
        """Return a layer that takes what an earlier one gives, or joins several."""
        name, other = one(self.draw, *earlier)
        if other.tokens:
            return self._layer(flow)
        same = [n for n, f in earlier if f == other]
        if other == start:
            same.append("input")
        kind = one(self.draw, "add", "multiply", "concat", "from")
        if kind == "from":
            layer, out = self._layer(other)
            return {**layer, "from": name}, out
        sources = [name, *(one(self.draw, *same) for _ in range(number(self.draw, 1, 2)))]
        merged: Layer = {"type": kind, "name": self._name(), "from": sources}
        if maybe(self.draw):
            merged["activation"] = activation(self.draw)
        if kind != "concat":
            return merged, other
        axis = number(self.draw, -len(other.shape), len(other.shape) - 1)
        merged["axis"] = axis
        shape = list(other.shape)
        shape[axis] *= len(sources)
        return merged, other._replace(shape=tuple(shape))

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

    def _keeping(self, flow: Flow) -> Layer:
        """Return a layer that leaves the shape as it is."""
        makers: list[Any] = [self._norm, self._elementwise]
        if len(flow.shape) == 1 or (len(flow.shape) == 2 and not flow.image):
            makers += [lambda f: self._dense(f, f.shape[-1]), self._gated]
        if len(flow.shape) == 2 and not flow.image:
            makers += [
                self._attention,
                lambda f: self._recurrent(f, f.shape[-1], keeps=True)[0],
                self._positions,
            ]
        if len(flow.shape) > 2 or flow.image:
            makers += [lambda f: self._conv(f, keeps=True)[0]]
        return one(self.draw, *makers)(flow)

    def _layer(self, flow: Flow) -> tuple[Layer, Flow]:
        """Return any layer that fits what flows in."""
        rank = len(flow.shape) - 1
        kind = number(self.draw, 0, 9)
        if kind < 3:
            return self._keeping(flow), flow
        if kind < 5 and rank:
            return self._moved(flow)
        if rank == 0 or (rank == 1 and not flow.image and kind == 5):
            units = self._size()
            return self._dense(flow, units), flow._replace(shape=(*flow.shape[:-1], units), image=False)
        if rank == 1 and not flow.image and kind == 6:
            return self._recurrent(flow, self._size(4), keeps=False)
        return one(self.draw, self._conv, self._conv, self._transposed, self._pool)(flow)

    def _moved(self, flow: Flow) -> tuple[Layer, Flow]:
        """Return a layer that moves the values to other axes."""
        kind = one(self.draw, "flatten", "permute", "reshape", "global")
        total = math.prod(flow.shape)
        if kind == "permute":
            axes = list(self.draw(st.permutations(range(len(flow.shape)))))
            return {"type": "permute", "axes": axes}, Flow(tuple(flow.shape[axis] for axis in axes))
        if kind == "reshape":
            first = divisor(self.draw, total)
            return {"type": "reshape", "shape": [first, total // first]}, Flow((first, total // first))
        if kind == "global":
            return {"type": f"global_avg_pool{len(flow.shape) - 1}d"}, Flow(flow.shape[:1])
        return {"type": "flatten"}, Flow((total,))

    def _words(self, layer: Layer, *, matrix: bool, biased: bool = True) -> Layer:
        """Add some of the words of a kernel."""
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

    def _attention(self, flow: Flow) -> Layer:
        features = flow.shape[-1]
        heads = divisor(self.draw, features)
        layer: Layer = {"type": "multi_head_attention", "heads": heads, "fused": maybe(self.draw)}
        if maybe(self.draw):
            layer["kv_heads"] = divisor(self.draw, heads)
        if maybe(self.draw):
            layer["head_dim"] = self._number(self._size(3))
        if layer["fused"] and maybe(self.draw):
            layer["names"] = {"qkv": one(self.draw, "c_attn", "in_proj"), "output": "c_proj"}
        return layer

    def _positions(self, flow: Flow) -> Layer:
        return {"type": "positional_embedding", "count": flow.shape[0] + self._size(), "dim": flow.shape[1]}

    def _recurrent(self, flow: Flow, units: int, *, keeps: bool) -> tuple[Layer, Flow]:
        kind = one(self.draw, "rnn", "lstm", "gru")
        layer: Layer = {"type": kind, "units": self._number(units), "num_layers": number(self.draw, 1, 2)}
        both, every = (False, True) if keeps else (maybe(self.draw), maybe(self.draw))
        layer |= {"bidirectional": both, "return_sequences": every}
        if kind == "rnn" and maybe(self.draw):
            layer["activation"] = "relu"
        if kind == "lstm" and not self.preset and maybe(self.draw):  # PyTorch's has a second bias
            scheme = one(self.draw, {"scheme": "chrono", "t_max": 20}, {"scheme": "forget_bias", "value": 2})
            layer |= {"use_bias": True, "bias_init": scheme}
        if maybe(self.draw):
            layer["init"] = one(self.draw, by_fans(self.draw), anywhere(self.draw), "orthogonal")
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
        )

    def _conv(self, flow: Flow, *, keeps: bool = False) -> tuple[Layer, Flow]:
        """Return a convolution, depthwise or separable ones among them."""
        channels, *places = flow.shape
        rank = len(places)
        sort = one(self.draw, "conv", "conv", *(("depthwise_conv", "separable_conv") if rank < 3 else ()))
        layer: Layer = {"type": f"{sort}{rank}d"}
        filters = channels if keeps else self._size()
        if sort == "depthwise_conv":
            many = 1 if keeps else number(self.draw, 1, 2)
            layer["depth_multiplier"], filters = many, channels * many
        else:
            layer["filters"] = self._number(filters)
        if sort == "conv" and maybe(self.draw):
            layer["groups"] = divisor(self.draw, channels, filters)
        out = self._window(layer, places, "kernel_size", keeps=keeps)
        return self._words(layer, matrix=False), Flow((filters, *out), image=True)

    def _window(self, layer: Layer, places: list[int], word: str, *, keeps: bool) -> list[int]:
        """Add a window that fits, and return the places it stands at."""
        sizes = [number(self.draw, 1, min(3, length)) for length in places]
        layer[word] = sizes if len(set(sizes)) > 1 or maybe(self.draw) else sizes[0]
        if keeps or maybe(self.draw):
            layer["padding"] = "same"
            steps = 1 if keeps else number(self.draw, 1, 2)
            if not keeps or word == "pool_size":
                layer["strides"] = steps
            return [-(-length // steps) for length in places]
        steps, pad = number(self.draw, 1, 2), number(self.draw, 0, 1)
        pad = 0 if word == "pool_size" else pad
        layer |= {"strides": steps, "padding": pad if pad or maybe(self.draw) else "valid"}
        return [(n + 2 * pad - size) // steps + 1 for n, size in zip(places, sizes, strict=True)]

    def _pool(self, flow: Flow) -> tuple[Layer, Flow]:
        channels, *places = flow.shape
        layer: Layer = {"type": f"{one(self.draw, 'max', 'avg')}_pool{len(places)}d"}
        return layer, Flow((channels, *self._window(layer, places, "pool_size", keeps=False)), image=True)

    def _transposed(self, flow: Flow) -> tuple[Layer, Flow]:
        channels, *places = flow.shape
        filters, size, steps = self._size(3), number(self.draw, 1, 3), number(self.draw, 1, 2)
        layer: Layer = {
            "type": f"conv{len(places)}d_transpose",
            "filters": self._number(filters),
            "kernel_size": size,
            "strides": steps,
        }
        kind = number(self.draw, 0, 2)
        if kind == 0:
            layer["padding"] = 0
            last = size
        elif kind == 1:
            layer["padding"] = "same"
            last = steps
        else:
            last = max(size, steps)
        out = [(length - 1) * steps + last for length in places]
        return self._words(layer, matrix=False), Flow((filters, *out), image=True)


@st.composite
def models(draw: Draw) -> Model:
    """Return a strategy of valid specs, as mappings."""
    return Maker(draw).model()
