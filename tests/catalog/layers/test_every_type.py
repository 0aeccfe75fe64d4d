"""Every layer type is in every table that must know it; what is missing is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
from msgspec.structs import fields

from winitgen.catalog.fan_quirks import RULES
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.containers import Container
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.kernel import Kernel
from winitgen.catalog.layers.kinds import Size
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.param import Param
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets import PRESETS
from winitgen.errors import SpecError
from winitgen.layouts import LAYOUTS
from winitgen.layouts.flax.cells import CELLS
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import Plan, PlannedLayer
from winitgen.probing.operations import OPERATIONS
from winitgen.probing.operations.cells import CELLS as PROBED_CELLS
from winitgen.probing.weights import DrawnWeights

Planned = Callable[..., Plan]

INPUTS = (4, [4, 6], [4, 6, 6], [4, 6, 6, 6], {"tokens": 3})
VALUES: dict[str, Any] = {
    "activation": "relu",
    "axes": [0],
    "count": 4,
    "dim": 6,
    "from": ["input", "input"],
    "init": "ones",
    "name": "a",
    "other": "input",
    "shape": [2, 2],
}
"""Values of the required options that cannot be 2."""

NOT_STORED = {
    "flax": {"num_batches_tracked"},
    "nnx": {"num_batches_tracked", "recurrent_bias"},  # refused unless it is zero
    "keras": {"num_batches_tracked"},
}
"""The roles that a framework has no variable for."""

UNUSED = {"name": "unused", "type": "param", "shape": [1], "init": "ones"}
"""So that a model of a layer without parameters is not refused."""


def example(kind: type[Layer], planned: Planned) -> Plan:
    """Return the plan of a layer with its required options only, for the first input that it takes."""
    required = [field.encode_name for field in fields(kind) if field.required] + [*kind.either[:1]]
    layer = {"type": kind.type, **{key: VALUES.get(key, 2) for key in required}}
    for size in INPUTS:
        try:
            return planned(json.dumps({"input": size, "layers": [layer, UNUSED]}))
        except SpecError:
            continue
    raise AssertionError(f"no input of {INPUTS} fits {layer}; add one, or a value to VALUES")


def missing(name: str, planned: Planned) -> list[str]:
    """Return what does not know a layer type, and what it lacks."""
    kind = LAYERS[name]
    if issubclass(kind, Container):  # no layer in a plan, but those that it holds
        return []
    plan = example(kind, planned)
    layer = plan.layers[0]
    checks = [*of_layouts(plan), *of_presets(layer), *of_quirks(layer), *of_operations(layer)]
    return [f"{name}: {check}" for check in checks]


def of_layouts(plan: Plan) -> Iterator[str]:
    """Yield the layouts that cannot store the layer, or leave a parameter out."""
    for name, layout in LAYOUTS.items():
        try:
            stored = {p.id for tensor in layout.tensors(plan) for p in tensor.parameters}
        except Exception as error:  # any error says what is missing
            yield f"layout {name}: {error!r}"
            continue
        for parameter in plan.layers[0].parameters:
            if parameter.id not in stored and parameter.role not in NOT_STORED.get(name, ()):
                yield f"layout {name}: nothing for the role {parameter.role}"


def of_presets(layer: PlannedLayer) -> Iterator[str]:
    """Yield the presets without a row for a parameter of the layer."""
    if isinstance(layer.layer, Param):  # which says itself how it is drawn
        return
    for name, preset in PRESETS.items():
        for weight in layer.layer.weights_for(layer.entering):
            if weight.init_key and preset.row(layer.layer, weight) is None:
                yield f"preset {name}: no row for the role {weight.role} of the family {layer.layer.family!r}"


def of_quirks(layer: PlannedLayer) -> Iterator[str]:
    """Yield the frameworks without a rule for the layer's fans."""
    weights = layer.layer.weights_for(layer.entering)
    if isinstance(layer.layer, Param) or all(weight.fan_in is None for weight in weights):
        return
    for name, rules in RULES.items():
        if layer.layer.family not in rules:
            yield f"fan quirks of {name}: no rule for the family {layer.layer.family!r}"


def of_operations(layer: PlannedLayer) -> Iterator[str]:
    """Yield that a probe has no operation for the layer, or one that cannot run."""
    if isinstance(layer.layer, Param):  # which takes no part in the flow
        return
    if layer.layer.type not in OPERATIONS:
        yield "probe: no operation"
        return
    incoming = Flow((1,)) if layer.layer.beside else layer.incoming
    assert incoming is not None
    signal = np.zeros((2, *(size or 1 for size in incoming.shape or ())))
    inputs = [signal.astype(np.int64) if incoming.tokens else signal] * len(layer.sources)
    try:
        weights = DrawnWeights(layer.parameters, "float64", Workers(1))
        operation = OPERATIONS[layer.layer.type](layer.layer, weights, Workers(1))
        operation.backward(operation.forward(inputs, keep=True))
    except Exception as error:  # any error says what is missing
        yield f"probe: {error!r}"


@pytest.mark.parametrize("name", LAYERS)
def test_every_table_knows_it(name: str, planned: Planned) -> None:
    """Layouts store it, presets and fan quirks have a row for it, and a probe sends a signal through it."""
    assert "" == "\n".join(missing(name, planned))


class Trilinear(Kernel, frozen=True, kw_only=True):
    """An invented layer, which no table knows."""

    type: ClassVar[str] = "trilinear"
    family: ClassVar[str] = "trilinear"

    units: Size

    def flow(self, incoming: Flow | None) -> Flow:
        """Return a value for each unit."""
        return Flow((self.units,))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """A form for each unit, with a role of its own."""
        return [Weight("form", (self.units, 4, 4, 4), "init", 64, self.units)]


def test_names_what_a_new_type_lacks(monkeypatch: pytest.MonkeyPatch, planned: Planned) -> None:
    """A layer type that is nothing but its class misses a line for every table that must know it."""
    monkeypatch.setitem(LAYERS.homes, "trilinear", f"{__name__}:Trilinear")

    assert [
        "trilinear: layout flax: nothing for the role form",
        "trilinear: layout nnx: nothing for the role form",
        "trilinear: layout torch: KeyError('form')",
        *(
            f"trilinear: preset {name}: no row for the role form of the family 'trilinear'"
            for name in PRESETS
        ),
        "trilinear: fan quirks of torch: no rule for the family 'trilinear'",
        "trilinear: fan quirks of keras: no rule for the family 'trilinear'",
        "trilinear: fan quirks of flax: no rule for the family 'trilinear'",
        "trilinear: probe: no operation",
    ] == missing("trilinear", planned)


@pytest.mark.parametrize(
    ("table", "key", "lacks"),
    [
        pytest.param(RULES["keras"], "recurrent", "fan quirks of keras: no rule", id="quirks"),
        pytest.param(CELLS, "lstm", "layout flax: KeyError('lstm')", id="layout"),
        pytest.param(PROBED_CELLS, "lstm", "probe: KeyError('lstm')", id="cell"),
        pytest.param(OPERATIONS, "lstm", "probe: no operation", id="operation"),
    ],
)
def test_names_what_a_known_type_lacks(
    table: dict[str, Any], key: str, lacks: str, monkeypatch: pytest.MonkeyPatch, planned: Planned
) -> None:
    """A row that is taken out of a table is missed by its name."""
    monkeypatch.delitem(table, key)

    assert missing("lstm", planned)[0].startswith(f"lstm: {lacks}")
