"""Layer-specs that are valid by construction: every layer type and every kind of flow.

Sizes are computed here a second time, from the formulas of papers and frameworks, so that a spec
that winitgen refuses, or plans with other shapes, shows a mistake in one of the two.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.hostile.leaves import Flow, Layer, divisor
from tests.hostile.schemes import (
    DISTRIBUTIONS,
    DTYPES,
    FRAMEWORKS,
    Draw,
    activation,
    anywhere,
    by_fans,
    maybe,
    number,
    one,
)
from tests.hostile.windows import Windows


class Model(NamedTuple):
    """A valid spec, and the number of features that flow into its last drawn kernel."""

    spec: dict[str, Any]
    features: int


class Maker(Windows):
    """Makes one spec; ``outputs`` are the outputs that ``from`` can name."""

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self.outputs: list[tuple[str, Flow]] = []

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
        """Return the input flow, and the keys of the spec for it."""
        n = self._size
        kind = number(self.draw, 0, 4)
        if kind == 0:
            return Flow((3,), tokens=True), {"tokens": 3}
        shapes: list[tuple[int, ...]] = [(n(),), (n(), n() + 3), (n(), 5, 6), (n(), 4, 4, 5)]
        shape = shapes[kind - 1]
        return Flow(shape), shape[0] if len(shape) == 1 and maybe(self.draw) else list(shape)

    def _ending(self, flow: Flow) -> tuple[list[Layer], int]:
        """Return final layers with a kernel, so that there is something to write, and the features before it.

        They may end with a layer that is tied to an embedding.
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
        """Add keys that apply to the whole model."""
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
        """Return a rule for one kernel."""
        rule: dict[str, Any] = {"match": parameter_id, "init": one(self.draw, by_fans(self.draw), "normal")}
        if maybe(self.draw):
            rule["type"] = kind
        if maybe(self.draw):
            rule["role"] = "kernel"
        return rule

    def _layers(self, flow: Flow, count: int, depth: int) -> tuple[list[Layer], Flow]:
        """Return layers, and the output flow of the last one."""
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
        """Return layers that keep the shape."""
        return [self._keeping(flow) for _ in range(number(self.draw, 1, 2))]

    def _merge(self, flow: Flow, start: Flow, earlier: list[tuple[str, Flow]]) -> tuple[Layer, Flow]:
        """Return a layer that takes an earlier output, or joins several."""
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

    def _keeping(self, flow: Flow) -> Layer:
        """Return a layer that keeps the shape."""
        makers: list[Any] = [self._norm, self._elementwise]
        if len(flow.shape) == 1 or (len(flow.shape) == 2 and not flow.image):
            makers += [lambda f: self._dense(f, f.shape[-1]), self._gated, self._experts]
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
        """Return any layer that fits its input flow."""
        rank = len(flow.shape) - 1
        kind = number(self.draw, 0, 9)
        if kind < 3:
            return self._keeping(flow), flow
        if kind < 5 and rank:
            return self._moved(flow)
        if rank == 0 or (rank == 1 and not flow.image and kind == 5):
            units = self._size()
            return self._dense(flow, units), flow._replace(shape=(*flow.shape[:-1], units), image=False)
        if rank == 1 and not flow.image and kind == 7:
            return self._token(flow)
        if rank == 1 and not flow.image and kind == 6:
            return self._recurrent(flow, self._size(4), keeps=False)
        return one(self.draw, self._conv, self._conv, self._transposed, self._pool)(flow)

    def _moved(self, flow: Flow) -> tuple[Layer, Flow]:
        """Return a layer that rearranges axes."""
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


@st.composite
def models(draw: Draw) -> Model:
    """Return a strategy of valid specs, as mappings."""
    return Maker(draw).model()
