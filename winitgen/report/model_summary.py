"""The layers of a plan, with what flows out of each, what it holds and what it computes: ``winitgen summary``."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from typing import TYPE_CHECKING, Any, SupportsIndex

from winitgen import arguments
from winitgen.arguments import Dtype
from winitgen.load import Source, plan
from winitgen.planning.multiply_adds import multiply_adds, multiply_adds_of, summed
from winitgen.planning.plan import Plan, PlannedLayer
from winitgen.report.held_values import HeldValues, held_by, stored_bytes, stored_ids
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from winitgen.catalog.layers.flow import Flow


def summary(
    spec: ModelSpec | Source | Plan,
    *,
    depth: SupportsIndex | None = None,
    seed: SupportsIndex | None = None,
    dtype: Dtype | None = None,
    layout: str | None = None,
) -> dict[str, Any]:
    """Return the layers of a model and their totals, as ``winitgen summary --json`` prints them; draw nothing.

    ``seed``, ``dtype`` and ``layout`` replace those of the spec. With a ``depth``, neighbours whose names agree in so many
    segments are one entry. An entry of ``layers`` has the ``output`` of one sample, channels first, ``trainable``, ``buffers`` and
    ``tied``, numbers of values, and ``multiply_adds``, those of one sample; None stands for what is unknown, as a size is.
    ``totals`` has their sums, and ``bytes`` by number format. Raises `SpecError` with every mistake of the spec.
    """
    segments = arguments.count("depth", depth)
    return summarize_layers(plan(spec, seed=seed, dtype=dtype, layout=layout), segments)


def summarize_layers(planned: Plan, depth: int | None = None) -> dict[str, Any]:
    """Return the report of the layers of a plan, in their order: plain values.

    With a ``depth``, neighbours whose paths agree in so many segments are one entry, which says of how many. An entry has
    the ``output`` of one sample, channels first, with None for a size that is unknown, or None if all are; ``trainable``,
    ``buffers`` and ``tied``, numbers of values; and ``multiply_adds`` of one sample, None if a size is unknown.
    The ``bytes`` of the totals are those of the values that are stored once, by number format.
    """
    stored = stored_ids(planned)
    entries = [
        _entry(path, list(layers), stored)
        for path, layers in groupby(planned.layers, lambda one: _cut(one.path, depth))
    ]
    return {
        "model": planned.model,
        "inputs": {name: _shape(flow) for name, flow in planned.inputs.items()},
        "layers": entries,
        "totals": {
            **{key: sum(entry[key] for entry in entries) for key in HeldValues._fields},
            "multiply_adds": multiply_adds_of(planned),
            "bytes": stored_bytes(planned, stored),
        },
    }


def _cut(path: str, depth: int | None) -> str:
    return path if depth is None else ".".join(path.split(".")[:depth])


def _shape(flow: Flow | None) -> list[int | None] | None:
    return None if flow is None or flow.shape is None else [*flow.shape]


def _entry(path: str, layers: Sequence[PlannedLayer], stored: AbstractSet[str]) -> dict[str, Any]:
    parts = [held_by(layer, stored) for layer in layers]
    held = HeldValues(*map(sum, zip(*parts, strict=True)))
    return {
        "layer": path,
        "type": layers[0].layer.type if len(layers) == 1 else f"{len(layers):,} layers",
        "output": _shape(layers[-1].outgoing),
        **held._asdict(),
        "multiply_adds": summed(map(multiply_adds, layers)),
    }
