"""The layers of a plan, with what flows out of each, what it holds and what it computes: ``winitgen summary``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.layouts import tensors
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.kinds_of_parameters import is_buffer, is_tied
from winitgen.planning.multiply_adds import multiply_adds
from winitgen.planning.plan import Parameter, Plan, PlannedLayer

if TYPE_CHECKING:
    from winitgen.catalog.layers.flow import Flow


class HeldValues(NamedTuple):
    """Numbers of values: those that can be trained, those of buffers, and those that a tied parameter has of another one."""

    trainable: int
    buffers: int
    tied: int


def summarize_layers(plan: Plan, depth: int | None = None) -> dict[str, Any]:
    """Return the report of the layers of a plan, in their order: plain values.

    With a ``depth``, neighbours whose paths agree in so many segments are one entry, which says of how many. An entry has
    the ``output`` of one sample, channels first, with None for a size that is unknown, or None if all are; ``trainable``,
    ``buffers`` and ``tied``, numbers of values; and ``multiply_adds`` of one sample, None if a size is unknown.
    The ``bytes`` of the totals are those of the values that are stored once, by number format.
    """
    stored = {parameter.id for tensor in tensors(plan) for parameter in tensor.parameters}
    entries = [
        _entry(path, list(layers), stored)
        for path, layers in groupby(plan.layers, lambda one: _cut(one.path, depth))
    ]
    return {
        "model": plan.model,
        "inputs": {name: _shape(flow) for name, flow in plan.inputs.items()},
        "layers": entries,
        "totals": {
            **{key: sum(entry[key] for entry in entries) for key in HeldValues._fields},
            "multiply_adds": _sum(entry["multiply_adds"] for entry in entries),
            "bytes": _bytes(plan, stored),
        },
    }


def _cut(path: str, depth: int | None) -> str:
    return path if depth is None else ".".join(path.split(".")[:depth])


def _shape(flow: Flow | None) -> list[int | None] | None:
    return None if flow is None or flow.shape is None else [*flow.shape]


def _entry(path: str, layers: Sequence[PlannedLayer], stored: AbstractSet[str]) -> dict[str, Any]:
    parts = [_held(layer, stored) for layer in layers]
    held = HeldValues(*map(sum, zip(*parts, strict=True)))
    return {
        "layer": path,
        "type": layers[0].layer.type if len(layers) == 1 else f"{len(layers):,} layers",
        "output": _shape(layers[-1].outgoing),
        **held._asdict(),
        "multiply_adds": _sum(map(multiply_adds, layers)),
    }


def _held(layer: PlannedLayer, stored: AbstractSet[str]) -> HeldValues:
    """Return the numbers of one layer, without what its layout has no tensor for, such as Keras for the count of batches."""
    sizes: Counter[str] = Counter()
    for parameter in layer.parameters:
        if parameter.id in stored:
            sizes[_kind(layer, parameter)] += parameter.size
    for parameter in layer.omitted:
        sizes["tied"] += parameter.size
    return HeldValues(*(sizes[kind] for kind in HeldValues._fields))


def _kind(layer: PlannedLayer, parameter: Parameter) -> str:
    """Return which of the numbers in `HeldValues` a parameter counts for."""
    if is_tied(parameter):
        return "tied"
    return "buffers" if is_buffer(layer, parameter) else "trainable"


def _sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum of counts, None if one is unknown."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _bytes(plan: Plan, stored: AbstractSet[str]) -> dict[str, int]:
    """Return the bytes of all values but those of tied parameters, by number format."""
    sizes: Counter[str] = Counter()
    for parameter in plan.parameters:
        if parameter.id in stored and not is_tied(parameter):
            sizes[parameter.dtype] += parameter.size * DTYPES[parameter.dtype].itemsize
    return dict(sizes)
